/** A number from 0 (inclusive) to 1 (exclusive); the same row of them for the same seed. */
export type Random = () => number;

/**
 * Runs `work` with reproducible random numbers: if it fails, the error names the seed, and TEST_SEED set to it
 * repeats the run.
 */
export async function withRandom(work: (random: Random) => Promise<void>): Promise<void> {
  const seed = Number(process.env.TEST_SEED ?? Math.floor(Math.random() * 2 ** 31));
  try {
    await work(randomFrom(seed));
  } catch (error) {
    throw new Error(`Failed with TEST_SEED=${seed}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

/** Tommy Ettinger's Mulberry32: small, and good enough to choose where a test breaks off. */
export function randomFrom(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
