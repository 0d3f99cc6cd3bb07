// One suite, several engines: the tests that need a database run once for each engine that is at hand (O2). SQLite always
// is; MySQL or MariaDB is when TEST_MYSQL_URL names a server on which databases may be made and dropped.
const onEngines = ['store', 'actions', 'graphql', 'socket', 'server', 'migrations'];
const pure = ['domain', 'architecture'];

const project = (name, folders, engine) => ({
  displayName: name,
  testEnvironment: 'node',
  testMatch: folders.map((folder) => `<rootDir>/tests/${folder}/**/*.test.ts`),
  transform: { '\\.(ts|mjs|js)$': '@swc/jest' },
  // jose ships ES modules alone, and jest's own loader reads CommonJS.
  transformIgnorePatterns: ['/node_modules/(?!jose/)', '<rootDir>/dist/'],
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  setupFiles: ['reflect-metadata'],
  globals: { ENGINE: engine },
});

module.exports = {
  projects: [
    project('pure', pure),
    project('sqlite', onEngines, 'sqlite'),
    ...(process.env.TEST_MYSQL_URL ? [project('mysql', onEngines, 'mysql')] : []),
  ],
  reporters: ['default', '<rootDir>/tests/support/engines-reporter.js'],
  testTimeout: 60_000,
};
