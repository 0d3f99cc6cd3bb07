import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { syncMember } from '../../../src/actions/directory/sync-member';
import { runCommand } from '../../../src/server/audit/run-command';
import { diffDirectory } from '../../../src/server/directory/diff-directory';
import { organization } from '../../kits/organizations/seed';
import { startTestService, type TestService } from '../../kits/service/service';

let service: TestService;
let folder: string;

beforeAll(async () => {
  service = await startTestService();
  folder = mkdtempSync(join(tmpdir(), 'directory-'));
  const acme = organization(service.services, 'acme');
  await acme.exists();
  await acme.hasOwner('olivia');
  await acme.hasMember('bea');
  await acme.invites('i1', 'one@example.com');
  const user = {
    id: 'zoe',
    name: 'Zoe',
    email: 'zoe@example.com',
    avatarUrl: 'https://pictures.example/zoe',
    revision: 1,
  };
  await syncMember(service.services, { organizationId: 'acme', user, role: 'ADMIN', revision: 7 });
  await organization(service.services, 'beta').exists();
});
afterAll(async () => {
  await service.close();
  rmSync(folder, { recursive: true });
});

class Written extends Writable {
  text = '';
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

async function diff(args: readonly string[]) {
  const [stdout, stderr] = [new Written(), new Written()];
  const environment = { DATABASE_URL: service.databaseUrl };
  const code = await runCommand(diffDirectory, args, { environment, stdin: Readable.from([]), stdout, stderr });
  return { code, out: stdout.text.split('\n').slice(0, -1), err: stderr.text };
}

function exported(...lines: readonly (object | string)[]): string {
  const path = join(folder, 'export.ndjson');
  writeFileSync(path, lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'));
  return path;
}

const named = (id: string, name = `Name of ${id}`) => ({ organization: { id, name } });
const member = (id: string, role: string, values: object = {}, revision?: number) => ({
  member: {
    ...{ organizationId: 'acme', role, revision },
    user: { id, name: `Name of ${id}`, email: `${id}@example.com`, ...values },
  },
});
const invitation = (id: string, values: object = {}) => ({
  invitation: { organizationId: 'acme', id, email: 'one@example.com', role: 'MEMBER', ...values },
});
const zoe = { name: 'Zoe', avatarUrl: 'https://pictures.example/zoe' };
const SAME = [
  member('zoe', 'ADMIN', zoe, 7),
  named('beta'),
  named('acme'),
  member('bea', 'MEMBER'),
  '',
  member('olivia', 'OWNER'),
  invitation('i1'),
];

test('D4 a directory that is the one of the file is in step', async () => {
  expect(await diff([exported(...SAME)])).toEqual({
    code: 0,
    out: ['In step: 2 organizations, 3 members.'],
    err: '',
  });
});

test('D4 each difference is a line, and people are told of by their ids alone', async () => {
  const { code, out } = await diff([
    exported(
      named('acme', 'Secret name'),
      { organization: { id: 'gamma', name: 'Gamma', contractType: 'CUSTOM' } },
      member('bea', 'OWNER'),
      member('zoe', 'ADMIN', { ...zoe, name: 'Secret name', email: 'secret@example.com' }, 8),
      member('new', 'MEMBER'),
      invitation('i1', { email: 'secret@example.com' }),
      invitation('i2'),
    ),
  ]);
  expect(code).toBe(1);
  expect(out).toEqual([
    'acme name: differs',
    'acme member bea role: the file says OWNER, the service MEMBER',
    'acme member olivia: only in the service',
    'acme member zoe name: differs',
    'acme member zoe email: differs',
    'acme member zoe revision: the file says 8, the service 7',
    'acme member new: only in the file',
    'acme invitation i1 email: differs',
    'acme invitation i2: only in the file',
    'beta: only in the service',
    'gamma: only in the file',
    '11 differences: 2 organizations, 3 members.',
  ]);
  expect(out.join()).not.toMatch(/secret/i);
});

test('D4 what the file says nothing of is not compared', async () => {
  const members = ['bea', 'olivia'].map((id) => member(id, id === 'bea' ? 'MEMBER' : 'OWNER'));
  const { out } = await diff([exported(...members, member('zoe', 'ADMIN', zoe), named('beta'))]);
  expect(out).toEqual(['In step: 2 organizations, 3 members.']);
});

test.each([
  ['no JSON', 'nonsense', 'Line 2: must be a JSON object.'],
  ['a list', '[]', 'Line 2: must be a JSON object.'],
  ['something else', { user: {} }, 'Line 2: must be an object with organization, member or invitation.'],
  ['a bad id', named('a b'), 'Line 2: id must be 1 to 255 printable ASCII characters without a space.'],
  ['a bad role', member('bea', 'CHIEF'), 'Line 2: role must be one of OWNER, ADMIN, MEMBER.'],
  ['no user', { member: { organizationId: 'acme', role: 'OWNER' } }, 'Line 2: member.user must be an object.'],
  ['a bad revision', member('bea', 'MEMBER', {}, 0.5), 'Line 2: revision must be a whole number.'],
])('D4 a line with %s ends it with 2', async (_, line, message) => {
  expect(await diff([exported(named('acme'), line)])).toEqual({ code: 2, out: [], err: `${message}\n` });
});

test('D4 without a file that can be read it ends with 2', async () => {
  expect(await diff([])).toMatchObject({ code: 2, out: [] });
  expect(await diff(['one', 'two'])).toMatchObject({ code: 2, out: [] });
  expect(await diff([join(folder, 'none')])).toMatchObject({ code: 2, err: 'The file cannot be read: ENOENT.\n' });
});
