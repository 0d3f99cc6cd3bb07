const { folder, timeoutMS } = require('./sets')[process.env.MUTANTS_SET];

module.exports = {
  testRunner: 'jest',
  jest: { projectType: 'custom', configFile: 'mutants/jest.config.js', enableFindRelatedTests: true },
  coverageAnalysis: 'perTest',
  mutate: [`${folder}/**/*.ts`],
  // Other processes disturb the times, and with them what counts as an endless loop.
  concurrency: 1,
  timeoutMS,
  reporters: ['json', 'progress-append-only'],
  jsonReporter: { fileName: process.env.MUTANTS_REPORT },
  tempDirName: 'dist/mutants/sandbox',
  cleanTempDir: 'always',
  ignorePatterns: ['bench', 'examples', 'dist', 'mutants/node_modules'],
  // The tests compile each file by itself, without its types.
  disableTypeChecks: false,
  allowConsoleColors: false,
};
