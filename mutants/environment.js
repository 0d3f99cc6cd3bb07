const SharedGlobalsEnvironment = require('../tests/kits/jest/environment.js');

/** The mutant whose first failure was seen. Jest cannot be told to stop at it. */
let killed;

/** The environment of the tests; once a test has killed the mutant, those after it are left out. */
module.exports = class MutantEnvironment extends SharedGlobalsEnvironment {
  handleTestEvent({ name, test }) {
    const mutant = process.env.__STRYKER_ACTIVE_MUTANT__;
    if (mutant === undefined) return;
    if (name === 'test_start' && killed === mutant) test.mode = 'skip';
    if (name === 'test_fn_failure' || name === 'hook_failure') killed = mutant;
  }
};
