// The floors of the house (see the code tour in the README), as rules that `npm run check:floors` and
// tests/architecture/floors.test.ts hold. The two tables are the rules; below them stands what each row comes to.

/** What each floor may import besides itself. `graphql` reaches `store` for types alone; a rule of its own says so. */
const FLOORS = {
  domain: [],
  store: ['domain'],
  notifications: ['domain'],
  payments: ['domain'],
  actions: ['store', 'notifications', 'payments', 'domain'],
  graphql: ['actions', 'domain', 'store'],
  server: ['graphql', 'actions', 'store', 'notifications', 'payments', 'domain'],
};

/** Where each library may be named, so that it can be replaced by rewriting that place alone. A trailing / names a whole scope. */
const LIBRARIES = [
  { subject: 'sql', packages: ['typeorm', 'mysql2', 'libsql'], at: ['src/store/', 'migrations/', 'ormconfig.ts'] },
  { subject: 'schema', packages: ['type-graphql', '@graphql-tools/', 'graphql-scalars'], at: ['src/graphql/'] },
  { subject: 'graphql-js', packages: ['graphql'], at: ['src/graphql/', 'src/server/'] },
  // A loader's batch is a query and lives with the queries; whoever makes or is handed one names its type.
  { subject: 'loaders', packages: ['dataloader'], at: ['src/store/', 'src/actions/', 'src/graphql/', 'src/server/'] },
  {
    subject: 'wire',
    packages: ['@apollo/', '@as-integrations/', 'fastify', '@fastify/', 'ws', 'graphql-ws'],
    at: ['src/server/'],
  },
  { subject: 'documents', packages: ['lru-cache'], at: ['src/server/graphql/'] },
  { subject: 'process', packages: ['jose', 'zod', 'pino', 'prom-client'], at: ['src/server/'] },
  {
    subject: 'limits',
    packages: ['@escape.tech/', 'rate-limiter-flexible'],
    at: ['src/server/limits/'],
  },
  { subject: 'tracing', packages: ['@opentelemetry/'], at: ['src/server/tracing/'] },
  { subject: 'redis', packages: ['redis', '@redis/', 'ioredis'], at: ['src/notifications/'] },
  { subject: 'stripe', packages: ['stripe'], at: ['src/payments/'] },
  { subject: 'currencies', packages: ['currency-codes'], at: ['src/payments/'] },
  // Whatever runs decorators needs it loaded first: the rows, the GraphQL types, and the entry points.
  {
    subject: 'metadata',
    packages: ['reflect-metadata'],
    at: ['src/store/', 'src/graphql/', 'src/server/', 'src/main.ts', 'migrations/', 'ormconfig.ts'],
  },
];

const escaped = (text) => text.replace(/[.\\/$^*+?()[\]{}|-]/g, '\\$&');
const startsWithAny = (places) => `^(${places.map(escaped).join('|')})`;
const floorPaths = (floors) => `^src/(${floors.join('|')})/`;
// The second half is a package that is named and not installed: it is no less out of place.
const inPackage = (name) => {
  const path = escaped(name.replace(/\/$/, ''));
  return `(^|/)node_modules/(@types/)?${path}/|^${path}(/|$)`;
};

const floorRules = Object.entries(FLOORS).map(([floor, below]) => ({
  name: `floor-${floor}`,
  comment:
    below.length === 0
      ? `src/${floor} is pure rules and words and imports nothing but itself: no other floor, no package, no module of Node.`
      : `Imports run downward only: src/${floor} may import itself and ${below.map((name) => `src/${name}`).join(', ')}.`,
  severity: 'error',
  from: { path: floorPaths([floor]) },
  to: below.length === 0 ? { pathNot: floorPaths([floor]) } : { path: '^src/', pathNot: floorPaths([floor, ...below]) },
}));

const libraryRules = LIBRARIES.map(({ subject, packages, at }) => ({
  name: `library-${subject}`,
  comment: `${packages.join(', ')} may be imported in ${at.join(', ')} alone, so that replacing it means rewriting one place.`,
  severity: 'error',
  from: { pathNot: startsWithAny(at) },
  to: { path: packages.map(inPackage) },
}));

module.exports = {
  forbidden: [
    {
      name: 'no-cycle',
      comment: 'Files that import each other can only be understood, tested and loaded all at once.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    ...floorRules,
    {
      name: 'graphql-knows-store-by-type',
      comment:
        'src/graphql is handed its loaders: it may name types of src/store (`import type`), and runs nothing of it.',
      severity: 'error',
      from: { path: floorPaths(['graphql']) },
      to: { path: floorPaths(['store']), dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'main-starts-the-server',
      comment:
        'src/main.ts turns settings into a running service and signals into an end, and imports src/server alone.',
      severity: 'error',
      from: { path: '^src/main\\.ts$' },
      to: { path: '^src/', pathNot: floorPaths(['server']) },
    },
    {
      name: 'nothing-imports-main',
      comment: 'Importing src/main.ts would start a service; it is run, never imported.',
      severity: 'error',
      from: {},
      to: { path: '^src/main\\.ts$' },
    },
    {
      name: 'src-is-a-place-of-its-own',
      comment:
        'What is shipped must not lean on tests, tools or pages; only src/store knows the migrations and ormconfig.ts.',
      severity: 'error',
      from: { path: '^src/(?!store/)' },
      to: { dependencyTypes: ['local'], pathNot: '^src/' },
    },
    {
      name: 'store-reaches-its-migrations',
      comment: 'Besides src, src/store may import the migrations and ormconfig.ts, and no other file of the project.',
      severity: 'error',
      from: { path: floorPaths(['store']) },
      to: { dependencyTypes: ['local'], pathNot: '^(src|migrations)/|^ormconfig\\.ts$' },
    },
    {
      name: 'migrations-stand-on-store',
      comment:
        'Migrations and ormconfig.ts serve the database, so of the floors they may import src/store and src/domain alone.',
      severity: 'error',
      from: { path: '^migrations/|^ormconfig\\.ts$' },
      to: { path: '^src/', pathNot: floorPaths(['store', 'domain']) },
    },
    ...libraryRules,
    {
      name: 'library-without-a-place',
      comment: 'A new library is given its place in the table of .dependency-cruiser.cjs before anything imports it.',
      severity: 'error',
      from: { path: '^(src|migrations)/|^ormconfig\\.ts$' },
      to: { path: '(^|/)node_modules/', pathNot: LIBRARIES.flatMap(({ packages }) => packages.map(inPackage)) },
    },
    {
      name: 'library-not-shipped',
      comment:
        'An installation without development packages must run, so what is shipped imports `dependencies` alone.',
      severity: 'error',
      from: { path: '^(src|migrations)/|^ormconfig\\.ts$' },
      to: { dependencyTypes: ['npm-dev', 'npm-optional', 'npm-peer', 'npm-no-pkg'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'import-unresolved',
      comment: 'An import that cannot be found cannot be judged by the other rules.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // Types count: a floor that knows another floor's types cannot be changed without it.
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['require', 'node', 'import', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.js', '.cjs', '.mjs', '.json', '.d.ts'],
    },
  },
};
