const fc = require('fast-check');

// A mutant is judged by the same choices in each run. A failure is enough to kill it, so nothing is shrunk.
fc.configureGlobal({ seed: 14, endOnFailure: true });
