// Says which engines a run has covered, so that "all passed" cannot be read as more than was tried (O2).
const { createConnection } = require('mysql2/promise');

module.exports = class EnginesReporter {
  /** "MariaDB 10.11.19", asked of the server itself, or null where no server is named. */
  server = null;

  /** Throws, and so ends the run before its first test, when the server that was asked for does not answer. */
  async onRunStart() {
    const url = process.env.TEST_MYSQL_URL;
    if (!url) return;
    try {
      this.server = await nameOfServer(url);
    } catch (error) {
      throw new Error(
        `TEST_MYSQL_URL names a server that cannot be used: ${error.message || error.code}. ` +
          'Correct it, or unset it to run on the embedded database alone.',
        { cause: error },
      );
    }
  }

  onRunComplete(contexts) {
    const ran = new Set([...contexts].map(({ config }) => config.displayName?.name));
    const engines = [
      ...(ran.has('sqlite') ? ['SQLite (embedded)'] : []),
      ...(ran.has('mysql') ? [`${this.server} (TEST_MYSQL_URL)`] : []),
    ];
    const used = engines.join(', ') || 'none, these tests need no database';
    process.stderr.write(`\nEngines: ${used}${this.notTried(ran)}\n`);
  }

  notTried(ran) {
    if (ran.has('mysql') || !ran.has('sqlite')) return '';
    return this.server
      ? `; ${this.server} not tried: this run leaves its tests out`
      : '; MySQL or MariaDB not tried: set TEST_MYSQL_URL to include it';
  }
};

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
