import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

const ROOT = resolve(__dirname, '../..');
const RULES = join(ROOT, '.dependency-cruiser.cjs');
const FLOORS = ['actions', 'domain', 'graphql', 'notifications', 'payments', 'server', 'store'];

interface Violation {
  from: string;
  to: string;
  rule: { name: string };
  comment?: string;
  cycle?: { name: string }[];
}

/** Every arrow in `folder` that offends a rule. In a process of its own: the cruiser is an ES module, and jest reads CommonJS. */
function offendingArrows(folder: string, entries: string[]): Violation[] {
  const output = execFileSync(
    process.execPath,
    [
      join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs'),
      ...['--config', RULES, '--output-type', 'json', ...entries],
    ],
    { cwd: folder, encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 },
  );
  return (JSON.parse(output) as { summary: { violations: Violation[] } }).summary.violations;
}

const asArrow = ({ from, to, rule, cycle }: Violation) =>
  `${rule.name}: ${from} → ${cycle ? cycle.map(({ name }) => name).join(' → ') : to}`;

describe('the floors', () => {
  test('every import in the project runs downward, without a cycle, and to a library in its own place', () => {
    const { comments } = commentsOfRules();
    const arrows = offendingArrows(ROOT, ['src', 'migrations', 'ormconfig.ts']).map(
      (violation) => `${asArrow(violation)}\n    ${comments.get(violation.rule.name)}`,
    );
    expect(arrows).toEqual([]);
  });

  test('src holds the floors and main.ts, and nothing that no rule looks at', () => {
    expect(readdirSync(join(ROOT, 'src')).filter((name) => ![...FLOORS, 'main.ts'].includes(name))).toEqual([]);
  });

  test('every rule says its reason in a sentence', () => {
    const { comments } = commentsOfRules();
    expect(comments.size).toBeGreaterThan(FLOORS.length);
    for (const [rule, comment] of comments) expect(`${rule}: ${comment}`).toMatch(/: [^ ].*\.$/);
  });
});

describe('a planted violation is found', () => {
  // One tree of offences, cruised once; each file is an offence of its own, or what one points at.
  const offences: [law: string, file: string, source: string, expected: string][] = [
    [
      'the domain imports no floor',
      'src/domain/up.ts',
      "import '../store/rows';",
      'floor-domain: … → src/store/rows.ts',
    ],
    ['the domain imports no module of Node', 'src/domain/node.ts', "import 'node:crypto';", 'floor-domain: … → crypto'],
    ['the domain imports no package', 'src/domain/package.ts', "import 'graphql';", 'floor-domain: … → graphql'],
    [
      'store does not import notifications',
      'src/store/live.ts',
      "import '../notifications/notifier';",
      'floor-store: … → src/notifications/notifier.ts',
    ],
    [
      'notifications does not import payments, not even its types',
      'src/notifications/payments.ts',
      "import type { Provider } from '../payments/provider'; export type P = Provider;",
      'floor-notifications: … → src/payments/provider.ts',
    ],
    [
      'payments does not import store',
      'src/payments/store.ts',
      "import '../store/rows';",
      'floor-payments: … → src/store/rows.ts',
    ],
    [
      'actions do not import graphql',
      'src/actions/up.ts',
      "import '../graphql/types';",
      'floor-actions: … → src/graphql/types.ts',
    ],
    [
      'graphql does not import notifications',
      'src/graphql/live.ts',
      "import '../notifications/notifier';",
      'floor-graphql: … → src/notifications/notifier.ts',
    ],
    [
      'graphql does not import server',
      'src/graphql/up.ts',
      "import '../server/http';",
      'floor-graphql: … → src/server/http.ts',
    ],
    [
      'graphql runs nothing of store',
      'src/graphql/store.ts',
      "import { row } from '../store/rows'; export const r = row;",
      'graphql-knows-store-by-type: … → src/store/rows.ts',
    ],
    [
      'main imports the server alone',
      'src/main.ts',
      "import './store/rows';",
      'main-starts-the-server: … → src/store/rows.ts',
    ],
    ['nothing imports main', 'src/server/main.ts', "import '../main';", 'nothing-imports-main: … → src/main.ts'],
    [
      'src does not lean on tests',
      'src/server/tests.ts',
      "import '../../tests/seed';",
      'src-is-a-place-of-its-own: … → tests/seed.ts',
    ],
    [
      'store does not lean on tests',
      'src/store/tests.ts',
      "import '../../tests/seed';",
      'store-reaches-its-migrations: … → tests/seed.ts',
    ],
    [
      'migrations do not import actions',
      'migrations/up.ts',
      "import '../src/actions/add';",
      'migrations-stand-on-store: … → src/actions/add.ts',
    ],
    ['TypeORM stays in store', 'src/actions/sql.ts', "import 'typeorm';", 'library-sql: … → typeorm'],
    [
      "a type of TypeORM's stays in store too",
      'src/server/sql.ts',
      "import type { DataSource } from 'typeorm'; export type D = DataSource;",
      'library-sql: … → typeorm',
    ],
    [
      'a driver stays in store, even by a path inside it',
      'src/server/driver.ts',
      "import 'mysql2/promise';",
      'library-sql: … → mysql2',
    ],
    [
      'a driver stays in store, even when required',
      'src/server/require.ts',
      "require('libsql');",
      'library-sql: … → libsql',
    ],
    [
      'type-graphql stays in graphql',
      'src/server/schema.ts',
      "import 'type-graphql';",
      'library-schema: … → type-graphql',
    ],
    [
      'graphql-js stays above the actions',
      'src/actions/graphql.ts',
      "import 'graphql';",
      'library-graphql-js: … → graphql',
    ],
    ['the wire stays in server', 'src/graphql/wire.ts', "import 'graphql-ws';", 'library-wire: … → graphql-ws'],
    ['identity and settings stay in server', 'src/actions/jwt.ts', "import('jose');", 'library-process: … → jose'],
    [
      'traces stand around the service in one place',
      'src/server/http/trace.ts',
      "import '@opentelemetry/api';",
      'library-tracing: … → @opentelemetry/api',
    ],
    ['Redis stays in notifications', 'src/server/redis.ts', "import 'ioredis';", 'library-redis: … → ioredis'],
    [
      'limits stay in one place',
      'src/server/graphql/costs.ts',
      "import '@escape.tech/graphql-armor-max-depth';",
      'library-limits: … → @escape.tech/graphql-armor-max-depth',
    ],
    [
      'what is kept of documents stays with GraphQL on the wire',
      'src/server/kept.ts',
      "import 'lru-cache';",
      'library-documents: … → lru-cache',
    ],
    [
      'the table of currencies stays in payments',
      'src/server/currencies.ts',
      "import 'currency-codes';",
      'library-currencies: … → currency-codes',
    ],
    ['Stripe stays in payments', 'src/server/stripe.ts', "import 'stripe';", 'library-stripe: … → stripe'],
    [
      'metadata is no business of the actions',
      'src/actions/meta.ts',
      "import 'reflect-metadata';",
      'library-metadata: … → reflect-metadata',
    ],
    [
      'loaders are no business of the notifiers',
      'src/notifications/loader.ts',
      "import 'dataloader';",
      'library-loaders: … → dataloader',
    ],
    [
      'a development package is not shipped',
      'src/server/dev.ts',
      "import 'fast-check';",
      'library-not-shipped: … → fast-check',
    ],
    [
      'a new library is given a place first',
      'src/server/new.ts',
      "import 'fast-check';",
      'library-without-a-place: … → fast-check',
    ],
    [
      'an import that leads nowhere is an offence',
      'src/server/nowhere.ts',
      "import './gone';",
      'import-unresolved: … → ./gone',
    ],
    [
      'two files that import each other are a cycle',
      'src/server/a.ts',
      "import './b';",
      'no-cycle: … → src/server/b.ts → src/server/a.ts',
    ],
    [
      'a cycle of types is a cycle',
      'src/store/c.ts',
      "import type { D } from './d'; export type C = D;",
      'no-cycle: … → src/store/d.ts → src/store/c.ts',
    ],
  ];

  const allowed: [law: string, file: string, source: string][] = [
    ['the domain imports the domain', 'src/domain/good.ts', "import './plan';"],
    [
      'store imports the domain, TypeORM and Node',
      'src/store/good.ts',
      "import '../domain/plan'; import 'typeorm'; import 'node:path';",
    ],
    [
      'actions import all that lies below',
      'src/actions/good.ts',
      "import '../store/rows'; import '../notifications/notifier'; import '../domain/plan';",
    ],
    [
      'graphql names types of store and imports actions',
      'src/graphql/good.ts',
      "import type { Row } from '../store/rows'; import '../actions/add'; export type R = Row;",
    ],
    [
      'server imports every floor and the wire',
      'src/server/good.ts',
      "import '../graphql/types'; import '../store/rows'; import '../payments/provider'; import '../notifications/notifier'; import 'ws'; import 'fastify';",
    ],
    ['a migration imports TypeORM and store', 'migrations/good.ts', "import '../src/store/rows'; import 'typeorm';"],
  ];

  const baseFiles: Record<string, string> = {
    'src/domain/plan.ts': 'export {};',
    'src/store/rows.ts': 'export type Row = 1; export const row = 1;',
    'src/store/d.ts': "import type { C } from './c'; export type D = C;",
    'src/notifications/notifier.ts': 'export {};',
    'src/payments/provider.ts': 'export type Provider = 1;',
    'src/actions/add.ts': 'export {};',
    'src/graphql/types.ts': 'export {};',
    'src/server/http.ts': 'export {};',
    'src/server/b.ts': "import './a';",
    'tests/seed.ts': 'export {};',
    'ormconfig.ts': 'export {};',
    'package.json': JSON.stringify({
      dependencies: {
        typeorm: '*',
        mysql2: '*',
        libsql: '*',
        graphql: '*',
        'type-graphql': '*',
        jose: '*',
        ws: '*',
        fastify: '*',
      },
      devDependencies: { 'fast-check': '*' },
    }),
  };

  let tree: string;
  let arrows: string[];

  beforeAll(() => {
    tree = mkdtempSync(join(tmpdir(), 'floors-'));
    const files = {
      ...baseFiles,
      ...Object.fromEntries([...offences, ...allowed].map(([, file, source]) => [file, source])),
    };
    for (const [file, source] of Object.entries(files)) {
      mkdirSync(dirname(join(tree, file)), { recursive: true });
      writeFileSync(join(tree, file), source);
    }
    symlinkSync(join(ROOT, 'node_modules'), join(tree, 'node_modules'));
    arrows = offendingArrows(tree, ['src', 'migrations', 'ormconfig.ts']).map((violation) =>
      asArrow(violation).replace(/(?<=→ ).*node_modules\/((@[^/]+\/)?[^/]+)\/.*$/, '$1'),
    );
  });

  afterAll(() => rmSync(tree, { recursive: true, force: true }));

  test.each(offences)('%s', (_law, file, _source, expected) => {
    expect(arrows).toContain(expected.replace('…', file));
  });

  test.each(allowed)('%s, and nobody objects', (_law, file) => {
    expect(arrows.filter((arrow) => arrow.includes(`: ${file} → `))).toEqual([]);
  });

  test('no rule stands there that no planted violation offends', () => {
    const unproven = [...commentsOfRules().comments.keys()].filter(
      (rule) => !arrows.some((arrow) => arrow.startsWith(`${rule}: `)),
    );
    expect(unproven).toEqual([]);
  });
});

function commentsOfRules() {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- the rules are CommonJS, for the cruiser's own command
  const { forbidden } = require(RULES) as { forbidden: { name: string; comment?: string }[] };
  return { comments: new Map(forbidden.map(({ name, comment }) => [name, comment ?? ''])) };
}
