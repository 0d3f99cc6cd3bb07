// Preloaded into a service of its own (`node --expose-gc -r` this file): its parent asks how much is still held.
const { setImmediate } = require('node:timers');

const LEAST_COLLECTIONS = 3;
const MOST_COLLECTIONS = 10;

/** In bytes: what one more collection may let go of when there is nothing left to collect. */
const LITTLE = 100_000;

// Where the parent ended without a word, nobody would ever end this process.
process.on('disconnect', () => process.exit());

process.on('message', async () => {
  // What a collection lets go of may hold more, until its finalizers have run.
  let held = Infinity;
  for (let times = 1; times <= MOST_COLLECTIONS; times++) {
    global.gc();
    await new Promise(setImmediate);
    const { heapUsed, external } = process.memoryUsage();
    const hasSettled = heapUsed + external > held - LITTLE;
    held = heapUsed + external;
    if (hasSettled && times >= LEAST_COLLECTIONS) break;
  }
  process.send(process.memoryUsage());
});
