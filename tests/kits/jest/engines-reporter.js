// Says which engines a run has covered, so that "all passed" cannot be read as more than was tried (O2).
const { createClient } = require('@redis/client');
const { createConnection } = require('mysql2/promise');

module.exports = class EnginesReporter {
  /** "MariaDB 10.11.19", asked of the server itself, or null where no server is named. */
  server = null;

  /** "Redis 7.0.15", likewise. */
  redis = null;

  /** Throws, and so ends the run before its first test, when the server that was asked for does not answer. */
  async onRunStart() {
    const { TEST_MYSQL_URL, TEST_REDIS_URL } = process.env;
    if (TEST_MYSQL_URL) this.server = await named('TEST_MYSQL_URL', nameOfServer(TEST_MYSQL_URL));
    if (TEST_REDIS_URL) this.redis = await named('TEST_REDIS_URL', nameOfRedis(TEST_REDIS_URL));
  }

  onRunComplete(contexts) {
    const projects = [...contexts].map(({ config }) => config.displayName?.name ?? '');
    const ran = new Set(projects.map((name) => name.replace(/^web-/, '')));
    const engines = [
      ...(ran.has('sqlite') ? ['SQLite (embedded)'] : []),
      ...(ran.has('mysql') || ran.has('instances') ? [`${this.server} (TEST_MYSQL_URL)`] : []),
    ];
    const used = engines.join(', ') || 'none, these tests need no database';
    process.stderr.write(`\nEngines: ${used}${this.notTried(ran)}\n`);
    if (ran.size > 0) process.stderr.write(`Several instances: ${this.severalInstances(ran)}\n`);
    if (ran.has('servers')) process.stderr.write('Servers of their own: MariaDB\n');
    else if (ran.has('sqlite')) process.stderr.write('Servers of their own: not tried: npm run test:servers\n');
    if (projects.some((name) => name.startsWith('web-')))
      process.stderr.write(`Browser: ${process.env.TEST_CHROMIUM}\n`);
    else if (ran.has('sqlite')) process.stderr.write('Browser: the Billing page not tried: npm run test:web\n');
  }

  severalInstances(ran) {
    const without = ['TEST_MYSQL_URL', 'TEST_REDIS_URL'].filter((name) => !process.env[name]);
    if (without.length > 0) return `not tried: set ${without.join(' and ')} to include them`;
    const used = ['mysql', 'redis', 'instances'].some((name) => ran.has(name));
    return `${this.redis} (TEST_REDIS_URL)${used ? '' : ' not tried: this run leaves its tests out'}`;
  }

  notTried(ran) {
    if (ran.has('mysql') || !ran.has('sqlite')) return '';
    return this.server
      ? `; ${this.server} not tried: this run leaves its tests out`
      : '; MySQL or MariaDB not tried: set TEST_MYSQL_URL to include it';
  }
};

async function named(variable, name) {
  try {
    return await name;
  } catch (error) {
    throw new Error(
      `${variable} names a server that cannot be used: ${error.message || error.code}. ` +
        'Correct it, or unset it to run without.',
      { cause: error },
    );
  }
}

async function nameOfRedis(url) {
  const client = createClient({ url, socket: { connectTimeout: 10_000, reconnectStrategy: false } });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const [, number] = (await client.info('server')).match(/^redis_version:(\S+)/m) ?? [];
    return `Redis ${number}`;
  } finally {
    await client.close();
  }
}

async function nameOfServer(url) {
  const connection = await createConnection({ uri: url, connectTimeout: 10_000 });
  try {
    const [[row]] = await connection.query('SELECT VERSION() AS version');
    const [number] = row.version.match(/^[\d.]+/) ?? [row.version];
    return `${/mariadb/i.test(row.version) ? 'MariaDB' : 'MySQL'} ${number}`;
  } finally {
    await connection.end();
  }
}
