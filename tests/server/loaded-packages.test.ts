import { engine, freshDatabase } from '../kits/service/database-url';
import { OwnProcess } from '../kits/processes/own-process';
import { SECRET } from '../kits/service/service';

/** Each takes half a millisecond of a start. The next library that many do without is loaded where its setting is read. */
const MOST_MODULES = 1_950;

const PACKAGE = /node_modules\/((?:@[^/]+\/)?[^/]+)/;

/** What the setting of each loads. */
const ON_DEMAND = ['@opentelemetry/sdk-trace', '@redis/client', 'stripe', 'mysql2'];

async function loadedWith(environment: Record<string, string>) {
  const { url, drop } = await freshDatabase();
  const settings = { DATABASE_URL: url, AUTH_JWT_SECRET: SECRET, HOST: '127.0.0.1', PORT: '0', LOG_LEVEL: 'silent' };
  const process = new OwnProcess(
    require.resolve('../kits/processes/loading-process.ts'),
    JSON.stringify({ ...settings, ...environment }),
  );
  const { code, output } = await process.ended;
  await drop();
  expect({ code, output: code === 0 ? '' : output }).toEqual({ code: 0, output: '' });
  const files = JSON.parse(/loaded: (.*);/.exec(output)?.[1] ?? '') as string[];
  const ofTests = files.filter((file) => /\/tests\/kits\/|@swc/.test(file));
  const packages = new Set(files.map((file) => PACKAGE.exec(file)?.[1] ?? ''));
  return {
    modules: files.length - ofTests.length,
    onDemand: ON_DEMAND.filter((name) => packages.has(name)),
    tracing: [...packages].filter((name) => name.startsWith('@opentelemetry/')),
  };
}

test('a start loads no package that its settings do without; the API of tracing is what the metrics stand on', async () => {
  const loaded = await loadedWith({ OTEL_EXPORTER_OTLP_ENDPOINT: '' });
  expect(loaded.onDemand).toEqual(engine === 'mysql' ? ['mysql2'] : []);
  expect(loaded.tracing).toEqual(['@opentelemetry/api']);
  expect(loaded.modules).toBeLessThan(MOST_MODULES);
});

test('and with the settings all of them', async () => {
  const { onDemand } = await loadedWith({
    // Nobody listens there, and no start waits for either. Redis is for several instances, which SQLite cannot have.
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
    ...(engine === 'mysql' && { REDIS_URL: 'redis://127.0.0.1:9' }),
    PAYMENT_PROVIDER: 'stripe',
    STRIPE_SECRET_KEY: 'sk_test_1',
    STRIPE_WEBHOOK_SECRET: 'whsec_1',
  });
  expect(onDemand).toEqual(engine === 'mysql' ? ON_DEMAND : ['@opentelemetry/sdk-trace', 'stripe']);
});
