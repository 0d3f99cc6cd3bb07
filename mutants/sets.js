/**
 * What is mutated, and the tests that judge it. They need no database, because each mutant runs all that reach it. The fast ones come
 * first: the first failure ends a mutant's run, and one that never ends takes the longest.
 */
module.exports = {
  subscriptions: {
    folder: 'src/actions/subscriptions',
    tests: [
      'tests/actions/log-position-signal.test.ts',
      'tests/actions/log-position-watcher.test.ts',
      'tests/actions/pipeline-deliveries.test.ts',
      'tests/actions/pipeline-groups.test.ts',
      'tests/actions/pipeline-catch-up.test.ts',
      'tests/actions/pipeline.test.ts',
      'tests/actions/pipeline-properties.test.ts',
    ],
  },
  domain: {
    folder: 'src/domain',
    // The guide's table of messages names the codes of refusals, and the category of each kind.
    tests: ['tests/domain/**/*.test.ts', 'tests/graphql/messages.test.ts'],
  },
};
