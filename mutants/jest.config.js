const { resolve } = require('node:path');
const { tests } = require('./sets')[process.env.MUTANTS_SET];

const ROOT = resolve(__dirname, '..');

// Stryker takes one project, without <rootDir> in its paths.
module.exports = {
  rootDir: ROOT,
  testEnvironment: resolve(__dirname, 'environment.js'),
  // A mutant of what a module does as it is loaded is there only if the module is loaded with it.
  testEnvironmentOptions: { ownModules: true },
  runtime: resolve(ROOT, 'tests/kits/jest/runtime.js'),
  roots: ['src', 'migrations', 'tests'].map((folder) => resolve(ROOT, folder)),
  testMatch: tests.map((test) => resolve(ROOT, test)),
  transform: { '\\.ts$': '@swc/jest' },
  setupFiles: ['reflect-metadata', resolve(__dirname, 'same-choices.js')],
  globals: { ENGINE: 'sqlite' },
  testSequencer: resolve(__dirname, 'in-order.js'),
  testTimeout: 120_000,
};
