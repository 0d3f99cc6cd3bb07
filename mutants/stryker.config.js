/** Stryker's kinds of mutants. */
const MUTATORS = [
  ...[
    'ArithmeticOperator',
    'ArrayDeclaration',
    'ArrowFunction',
    'AssignmentOperator',
    'BlockStatement',
    'BooleanLiteral',
  ],
  ...['ConditionalExpression', 'EqualityOperator', 'LogicalOperator', 'MethodExpression', 'ObjectLiteral'],
  ...['OptionalChaining', 'Regex', 'StringLiteral', 'UnaryOperator', 'UpdateOperator'],
];
const only = process.env.MUTANTS_MUTATOR;

module.exports = {
  testRunner: 'jest',
  jest: { projectType: 'custom', configFile: 'mutants/jest.config.js', enableFindRelatedTests: true },
  coverageAnalysis: 'perTest',
  mutator: { excludedMutations: only ? MUTATORS.filter((each) => each !== only) : [] },
  // Other processes disturb the times, and with them what counts as an endless loop.
  concurrency: 1,
  timeoutMS: Number(process.env.MUTANTS_TIMEOUT),
  timeoutFactor: 5,
  // What a killed mutant has left behind, a poll for instance, does not go on for long.
  maxTestRunnerReuse: 40,
  reporters: ['json', 'progress-append-only'],
  jsonReporter: { fileName: process.env.MUTANTS_REPORT },
  tempDirName: 'dist/mutants/sandbox',
  cleanTempDir: 'always',
  ignorePatterns: ['bench', 'examples', 'dist', 'mutants/node_modules'],
  // The tests compile each file by itself, without its types.
  disableTypeChecks: false,
  allowConsoleColors: false,
};
