import * as fc from 'fast-check';

interface Bounds {
  readonly numRuns: number;
  /** In milliseconds. */
  readonly mostTime: number;
}

/**
 * Asserts that `holds` of as many values as run in `mostTime`: a slow machine finds less instead of failing. The run that is under way
 * then has to end and to hold as well. Otherwise one that waits for ever would pass.
 */
export async function assertWithin<T>(
  values: fc.Arbitrary<T>,
  holds: (value: T) => Promise<unknown>,
  { numRuns, mostTime }: Bounds,
): Promise<void> {
  let underWay: Promise<unknown> = Promise.resolve();
  const property = fc.asyncProperty(values, async (value) => {
    underWay = holds(value);
    await underWay;
  });
  await fc.assert(property, { numRuns, interruptAfterTimeLimit: mostTime });
  await underWay;
}
