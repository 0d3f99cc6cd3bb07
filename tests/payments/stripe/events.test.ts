import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const ROOT = resolve(__dirname, '../../..');
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');

test('the guide lists for the endpoint exactly the events that are understood', () => {
  const understood = [...read('src/payments/stripe/read-webhook.ts').matchAll(/case '([\w.]+)':/g)].map(
    ([, kind]) => kind,
  );
  const [, list = ''] = /Choose these events:\s+```text\n([^`]+)```/.exec(read('docs/guide/payments.md')) ?? [];
  const chosen = list.split(/\s+/).filter(Boolean);
  expect(understood.length).toBeGreaterThan(30);
  expect([...chosen].sort()).toEqual([...understood].sort());
});

test('the guide names the API version of the package', () => {
  const { ApiVersion } = jest.requireActual<{ ApiVersion: string }>(
    join(ROOT, 'node_modules/stripe/cjs/apiVersion.js'),
  );
  expect(read('docs/guide/payments.md')).toContain(`API version \`${ApiVersion}\``);
});
