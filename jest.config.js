const { availableParallelism } = require('node:os');

// One suite, several engines: the tests that need a database run once for each engine that is at hand (O2). SQLite always
// is; MySQL or MariaDB is when TEST_MYSQL_URL names a server on which databases may be made and dropped. Its services hint through
// Redis where TEST_REDIS_URL names a server, and the tests of several instances run where both are there. The page's tests need
// a browser besides: they run where TEST_CHROMIUM names one, as `npm run test:web` does after it has built the page.
const onEngines = ['fuzz', 'store', 'payments/sandbox', 'actions', 'graphql', 'socket', 'server', 'migrations'];
const severalInstances = ['redis', 'instances'];
const pure = ['domain', 'payments/stripe', 'architecture', 'faults', 'bounds', 'page'];

const project = (name, folders, engine) => ({
  displayName: name,
  // Packages are loaded once for each worker, and not once for each of the test files.
  testEnvironment: '<rootDir>/tests/kits/jest/environment.js',
  runtime: '<rootDir>/tests/kits/jest/runtime.js',
  roots: ['<rootDir>/src', '<rootDir>/migrations', '<rootDir>/tests'],
  testMatch: folders.map((folder) => `<rootDir>/tests/${folder}/**/*.test.ts`),
  transform: { '\\.ts$': '@swc/jest' },
  setupFiles: ['reflect-metadata'],
  globals: { ENGINE: engine },
});

const ifRedis = process.env.TEST_MYSQL_URL && process.env.TEST_REDIS_URL ? severalInstances : [];
// Tests that start database servers of their own, with hostile options: `npm run test:servers`.
const startsServers = process.env.TEST_SERVERS === '1';
// The application in examples/better-auth as a process beside the built service: `npm run test:example`.
const runsExample = process.env.TEST_EXAMPLE === '1';
const hasBrowser = Boolean(process.env.TEST_CHROMIUM);

module.exports = {
  projects: [
    project('pure', pure),
    project('sqlite', onEngines, 'sqlite'),
    ...(process.env.TEST_MYSQL_URL ? [project('mysql', onEngines, 'mysql')] : []),
    ...(startsServers ? [project('servers', ['servers'], 'mysql')] : []),
    ...(runsExample ? [project('example', ['example'], 'sqlite')] : []),
    ...ifRedis.map((folder) => project(folder, [folder], 'mysql')),
    // How a view looks depends on no engine: all of them are held to axe on one.
    ...(hasBrowser ? [project('web-sqlite', ['web', 'views'], 'sqlite')] : []),
    // And what the page does depends on the engine only through the service (docs/0033-the-page-is-tested-on-one-engine.md).
    ...(hasBrowser && process.env.TEST_MYSQL_URL
      ? [{ ...project('web-mysql', [], 'mysql'), testMatch: ['<rootDir>/tests/web/{billing,large,owner}.test.ts'] }]
      : []),
  ],
  reporters: ['default', '<rootDir>/tests/kits/jest/engines-reporter.js'],
  testTimeout: 120_000,
  // A third of a test's time is spent waiting for a database or a socket: more workers than processors wait side by side.
  maxWorkers: Math.ceil(1.5 * availableParallelism()),
  // What is left of many test files fills a worker's heap in time: between two files, another takes its place.
  workerIdleMemoryLimit: '1GB',
};
