import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { findChromium } from '../page/chromium';

const ROOT = resolve(__dirname, '../../..');

const chromium = findChromium();
if (chromium === null) {
  console.error(
    'The tests of the Billing page need Chromium: install it (apt-get install chromium), or name one in TEST_CHROMIUM.',
  );
  process.exit(1);
}
const projects = ['web-sqlite', ...(process.env.TEST_MYSQL_URL ? ['web-mysql'] : [])];
const { status } = spawnSync(
  process.execPath,
  [join(ROOT, 'node_modules/jest/bin/jest.js'), '--selectProjects', ...projects, '--', ...process.argv.slice(2)],
  { cwd: ROOT, stdio: 'inherit', env: { ...process.env, TEST_CHROMIUM: chromium } },
);
process.exit(status ?? 1);
