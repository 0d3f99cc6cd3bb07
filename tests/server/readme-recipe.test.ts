import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { startTestService, type TestService } from '../kits/service/service';

const ROOT = resolve(__dirname, '../..');
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');

/** What the README has a reader type in one terminal, from the token to the guarded feature. */
const [, recipe = ''] = README.split('\n### 1. A token\n');
const commands = [...recipe.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block]) => block!);
const [, secret = ''] = /export AUTH_JWT_SECRET='([^']+)'/.exec(README) ?? [];

let service: TestService;

beforeAll(async () => {
  service = await startTestService({ environment: { AUTH_JWT_SECRET: secret } });
});
afterAll(() => service.close());

test('the recipe of the README, typed as it stands there, makes a member a billing admin and says so', async () => {
  expect(commands).toHaveLength(4);
  const script = ['set -eu', ...commands].join('\n').replaceAll('http://127.0.0.1:4000', service.address);
  const { stdout } = await promisify(execFile)('bash', ['-c', script], { cwd: ROOT });
  const answers = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
  const done = { changed: true, userErrors: [] };
  expect(answers).toEqual([
    { data: { syncOrganization: done } },
    { data: { syncMember: done } },
    { data: { syncMember: done } },
    { data: { addBillingAdmin: { ...done, roster: { version: 4, admins: [{ user: { name: 'Bea Brandt' } }] } } } },
    {
      data: {
        organization: {
          name: 'Acme',
          billing: { viewerAccess: expect.objectContaining({ level: 'MANAGE', source: 'OWNER' }) as unknown },
          billingAdmins: {
            version: 4,
            owners: [{ name: 'Olivia Okafor' }],
            admins: [{ user: { id: 'bea', name: 'Bea Brandt' }, addedBy: { name: 'Olivia Okafor' } }],
          },
        },
      },
    },
  ]);
});
