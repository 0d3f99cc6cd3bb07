const { performance } = require('node:perf_hooks');
const { clearInterval, setInterval } = require('node:timers');
const SharedGlobalsEnvironment = require('../tests/kits/jest/environment.js');

/** How often a test is looked at, in milliseconds. */
const LOOKED_AT_EVERY = 250;

/** How many looks in a row find a process that only waits, until the test counts as one that never ends. */
const MOST_LOOKS = 8;

/** The mutant whose first failure was seen. Jest cannot be told to stop at it. */
let killed;

/** The environment of the tests; once a test has killed the mutant, those after it are left out. */
module.exports = class MutantEnvironment extends SharedGlobalsEnvironment {
  handleTestEvent({ name, test }) {
    const mutant = process.env.__STRYKER_ACTIVE_MUTANT__;
    if (name === 'test_start' && test.fn.length === 0) test.fn = endingWhenNothingHappens(test.fn);
    if (mutant === undefined) return;
    if (name === 'test_start' && killed === mutant) test.mode = 'skip';
    if (name === 'test_fn_failure' || name === 'hook_failure') killed = mutant;
  }
};

/**
 * A test that waits for what never comes leaves its process idle, and fails here. Its time does not tell: on a machine with much other work, a
 * test that does something may take as long. A process that has work is not idle, however long it waits for a processor, and what waits for a
 * timer goes on before the next look.
 */
function endingWhenNothingHappens(fn) {
  return async function () {
    let looks = 0;
    let before = performance.eventLoopUtilization();
    let timer;
    const nothingHappens = new Promise((_resolve, reject) => {
      timer = setInterval(() => {
        const now = performance.eventLoopUtilization();
        looks = performance.eventLoopUtilization(now, before).utilization < 0.5 ? looks + 1 : 0;
        before = now;
        if (looks >= MOST_LOOKS) reject(new Error('The test waits, and nothing happens.'));
      }, LOOKED_AT_EVERY);
    });
    try {
      return await Promise.race([fn.call(this), nothingHappens]);
    } finally {
      clearInterval(timer);
    }
  };
}
