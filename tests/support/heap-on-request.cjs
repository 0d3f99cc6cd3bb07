// Preloaded into a service of its own (`node --expose-gc -r` this file): its parent asks how much is still held.
const { setImmediate } = require('node:timers');

// Where the parent ended without a word, nobody would ever end this process.
process.on('disconnect', () => process.exit());

process.on('message', async () => {
  // What a collection lets go of may hold more, until its finalizers have run.
  for (let times = 0; times < 10; times++) {
    global.gc();
    await new Promise(setImmediate);
  }
  process.send(process.memoryUsage());
});
