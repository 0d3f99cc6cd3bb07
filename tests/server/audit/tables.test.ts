import { addBillingAdmin } from '../../../src/actions/roster/add-billing-admin';
import { Readable, Writable } from 'node:stream';
import type { EntitySchema } from 'typeorm';
import { startDirectorySync } from '../../../src/actions/directory/start-directory-sync';
import { setCreditAlerts } from '../../../src/actions/credits/set-credit-alerts';
import { grantCredits } from '../../../src/actions/credits/grant-credits';
import { recordUsage } from '../../../src/actions/credits/record-usage';
import { approveBillingAccessRequest } from '../../../src/actions/requests/approve-billing-access-request';
import { declineBillingAccessRequest } from '../../../src/actions/requests/decline-billing-access-request';
import { requestBillingAccess } from '../../../src/actions/requests/request-billing-access';
import { withdrawBillingAccessRequest } from '../../../src/actions/requests/withdraw-billing-access-request';
import { revokeInvitation } from '../../../src/actions/directory/revoke-invitation';
import { checkTables } from '../../../src/actions/audit/check-tables';
import { runCommand } from '../../../src/server/audit/run-command';
import { verifyLog } from '../../../src/server/audit/verify-log';
import { verifyTables } from '../../../src/server/audit/verify-tables';
import { type Grant, USUAL_GRANT } from '../../../src/domain/roster/grants';
import type { Value } from '../../../src/store/database';
import { tables } from '../../../src/store/schema/tables';
import { nameHashOf } from '../../../src/store/usage-totals';
import { engine } from '../../kits/service/database-url';
import { logOf } from '../../kits/organizations/log';
import { buying, requestOf } from '../../kits/billing/buying';
import { paying } from '../../kits/billing/paying';
import { organization, seedAcme } from '../../kits/organizations/seed';
import { startTestService, type TestService } from '../../kits/service/service';

const DAY = 24 * 60 * 60 * 1000;

const clock = { now: Date.UTC(2026, 2, 10, 12) };
let service: TestService;

beforeAll(async () => {
  service = await startTestService({
    clock: () => (clock.now += 1_000),
    // The month of a credit alert is the database's.
    databaseAhead: () => clock.now - Date.now(),
  });
  await seed('acme');
});

afterAll(() => service.close());

class Written extends Writable {
  text = '';
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

async function verify(...args: readonly string[]) {
  const [stdout, stderr] = [new Written(), new Written()];
  const environment = { DATABASE_URL: service.databaseUrl };
  const code = await runCommand(verifyLog, args, { environment, stdin: Readable.from([]), stdout, stderr });
  return { code, out: stdout.text.split('\n').slice(0, -1), err: stderr.text };
}

/** The lines before the last, which counts them. */
async function faultsIn(organizationId: string): Promise<string[]> {
  const { code, out } = await verify('--tables', '--organization', organizationId);
  expect(code).toBe(out.length === 1 ? 0 : 1);
  return out.slice(0, -1);
}

/** Something of everything that the log or the ledger tells of. */
async function seed(id: string) {
  const { services, payer } = service;
  const acme = await seedAcme(services, id);
  await addBillingAdmin(services, {
    ...{ organizationId: id, actorId: 'olivia', userId: 'ada', expectedVersion: null },
    grant: { access: 'VIEW', expiresAt: Date.now() + 60 * 60 * 1000 },
  });
  const asks = (actorId: string, grant: Grant = USUAL_GRANT) =>
    requestBillingAccess(services, { actorId, organizationId: id, reason: 'Please', grant });
  for (const who of ['dana', 'elin', 'finn']) await acme.hasMember(who);
  const approved = await asks('dana');
  const actor = { actorId: 'olivia', organizationId: id };
  await approveBillingAccessRequest(services, { ...actor, requestId: approved.id });
  const declined = await asks('elin');
  await declineBillingAccessRequest(services, { ...actor, requestId: declined.id });
  await asks('mia');
  await withdrawBillingAccessRequest(services, { actorId: 'mia', organizationId: id });
  const open = await asks('finn', { access: 'VIEW', expiresAt: Date.now() + 90 * DAY });
  await acme.invites('pending', 'gus@example.com');
  await setCreditAlerts(services, { ...actor, monthlyCredits: 5, thresholds: [80, 100] });
  await acme.invites('revoked', 'hal@example.com');
  await revokeInvitation(services, { organizationId: id, id: 'revoked' });
  await acme.invites('accepted', 'ida@example.com', 'ADMIN');
  await acme.isJoinedBy('ida', 'accepted');

  const money = paying(services, payer, id);
  await money.subscribes('olivia', 'team');
  await money.asksFor('bea', 'starter', 'MONTHLY');
  await money.recharges('bea', 100, 'pack_1000', 90_000);
  await money.pays(await money.ordersPack('bea'));
  await grantCredits(services, { organizationId: id, credits: 70, reason: 'Sorry', idempotencyKey: 'sorry' });
  const usage = { organizationId: id, occurredAt: clock.now, credits: 5 };
  await recordUsage(services, [
    { ...usage, userId: 'mia', feature: 'search', idempotencyKey: 'one' },
    { ...usage, userId: null, feature: 'search ', occurredAt: clock.now - 40 * DAY, idempotencyKey: 'two' },
  ]);
  await buying(services, id).allows(0, 90_000);
  await requestOf(money.ordersPack('bea'));
  const { id: decided } = await requestOf(money.asksFor('bea', 'business', 'MONTHLY'));
  await buying(services, id).declines('olivia', decided);
  return { approved: approved.id, declined: declined.id, open: open.id };
}

type Row = Readonly<Record<string, Value>>;

const read = (sql: string, ...values: Value[]) => service.services.database.reader.rows<Row>(sql, values);
const write = (sql: string, ...values: Value[]) =>
  service.services.database.transaction((writer) => writer.run(sql, values));

/** A second value, because libsql takes a single null for an object of named ones. */
const set = ({ table, where }: Omit<Place, 'row'>, column: string, value: Value) =>
  write(`UPDATE ${table} SET \`${column}\` = ? WHERE ${where} AND 1 = ?`, value, 1);

/** A row of a table, by the condition that finds it, and how the command calls it. */
interface Place {
  readonly table: string;
  readonly where: string;
  readonly row: string;
}

async function placesOfAcme(): Promise<Place[]> {
  const entries = ['sorry', 'two'].map((key) => `key_hash = '${nameHashOf(key)}'`);
  const requests = await read("SELECT id FROM access_requests WHERE organization_id = 'acme'");
  const members = await read("SELECT user_id AS id FROM members WHERE organization_id = 'acme'");
  const purchases = await read("SELECT id FROM purchase_requests WHERE organization_id = 'acme'");
  const ofAcme = (table: string, row: Value | undefined, where: string): Place => ({
    table,
    row: String(row),
    where: `organization_id = 'acme' AND ${where}`,
  });
  const totals = (table: string, unit: string, grouping: string, time: string, name: string) => {
    const hash = nameHashOf(name);
    const where = `\`grouping\` = '${grouping}' AND ${unit} = '${time}' AND name_hash = '${hash}'`;
    return ofAcme(table, `${grouping}/${time}/${hash}`, where);
  };
  return [
    { table: 'organizations', row: '-', where: "id = 'acme'" },
    ...members.map(({ id }) => ofAcme('members', id, `user_id = '${id}'`)),
    ...requests.map(({ id }) => ofAcme('access_requests', id, `id = '${id}'`)),
    ...purchases.map(({ id }) => ofAcme('purchase_requests', id, `id = '${id}'`)),
    ...['pending', 'revoked', 'accepted'].map((id) => ofAcme('invitations', id, `id = '${id}'`)),
    ...(await Promise.all(
      entries.map(async (where) => {
        const [row] = await read(`SELECT sequence FROM credit_ledger WHERE organization_id = 'acme' AND ${where}`);
        return ofAcme('credit_ledger', row?.sequence, where);
      }),
    )),
    totals('usage_totals', 'day', 'DAY', '2026-03-10', '2026-03-10'),
    totals('usage_totals', 'day', 'USER', '2026-03-10', 'mia'),
    totals('usage_totals', 'day', 'FEATURE', '2026-01-29', 'search '),
    totals('usage_months', 'month', 'USER', '2026-03', 'mia'),
    totals('usage_months', 'month', 'FEATURE', '2026-01', 'search '),
  ];
}

/** What tells a row from others: where it is changed, a row is missing and another is too many. */
const KEYS: Record<string, readonly string[]> = {
  members: ['user_id'],
  access_requests: ['id'],
  purchase_requests: ['id'],
  invitations: ['id'],
  usage_totals: ['grouping', 'day', 'name_hash'],
  usage_months: ['grouping', 'month', 'name_hash'],
};

/** What neither the log nor the ledger tells; docs/0028 lists it. A column that is in neither list fails this test. */
const NOT_TOLD: Record<string, readonly string[]> = {
  organizations: [
    ...['id', 'name', 'created_at'],
    ...['directory_sync_count', 'directory_sync_id', 'directory_sync_started_at', 'due_at'],
  ],
  members: ['granted_revision', 'grant_due_at', 'name_key', 'email_key', 'organization_id'],
  access_requests: ['reason', 'organization_id'],
  invitations: ['organization_id'],
  purchase_requests: [
    ...['organization_id', 'credits', 'next_invoice', 'next_invoice_at', 'preview_at'],
    ...['basis_hash', 'key_hash', 'values_hash', 'order_id'],
  ],
  credit_ledger: ['key_hash', 'values_hash', 'organization_id'],
  usage_totals: ['organization_id'],
  usage_months: ['organization_id'],
};

/** Of these the ledger itself is the source: changed, they are found by the sums. */
const SUMS: Record<string, readonly string[]> = { credit_ledger: ['user_id', 'feature', 'occurred_at'] };

/** Looked at in an entry of another kind: sums tell of what usage took, and another entry has the sequence after a grant's. */
const OF_OTHERS: Record<string, readonly string[]> = {
  USAGE: ['included', 'top_up', 'recorded_at'],
  GRANT: ['sequence'],
};

function columnsOf(table: string): string[] {
  const { options } = tables(engine).find(({ options: { name } }) => name === table) as EntitySchema;
  return Object.entries(options.columns).map(([name, column]) => (column as { name?: string }).name ?? name);
}

/** Another value of the same type. */
function otherThan(value: Value): Value {
  if (typeof value === 'number') return value + 1;
  return value === null ? '1' : value === 'zz' ? 'yy' : 'zz';
}

test('E1 E3 tables that are what the log and the ledger say are sound', async () => {
  expect(await verify('--tables')).toMatchObject({
    code: 0,
    out: [expect.stringMatching(/^Sound: 1 organizations, \d+ rows of logs, ledgers and totals\.$/)],
    err: '',
  });
});

test('E1 E2 E3 B5 each column of each row that the log tells of is held to it: one that somebody has changed is one line', async () => {
  const planted = new Set<string>();
  for (const { table, where, row } of await placesOfAcme()) {
    const apart = [...(NOT_TOLD[table] ?? []), ...(KEYS[table] ?? []), ...(SUMS[table] ?? [])];
    for (const column of columnsOf(table).filter((name) => !apart.includes(name))) {
      const [before] = await read(`SELECT \`${column}\` AS value FROM ${table} WHERE ${where}`);
      const value = before!.value!;
      // An address is told to be there or not, and so are the ends of a period.
      const isKept = ['email', 'email_key', 'current_period_end'].includes(column);
      if (table === 'credit_ledger' && OF_OTHERS[await kindOf(where)]?.includes(column)) continue;
      const other = isKept && value !== null ? null : otherThan(value);
      await set({ table, where }, column, other);
      const [{ stored } = { stored: null }] = await read(`SELECT \`${column}\` AS stored FROM ${table} WHERE ${where}`);
      const faults = await faultsIn('acme');
      await set({ table, where }, column, value);
      const called = column === 'sequence' && table === 'credit_ledger' ? String(stored) : row;
      const line = new RegExp(`^acme ${table} ${escaped(called)} ${column}: the log says .+, the table .+$`);
      expect({ row, column, faults }).toEqual({ row, column, faults: [expect.stringMatching(line)] });
      if (!isKept) expect(faults[0]).toContain(`, the table ${JSON.stringify(stored)}`);
      planted.add(`${table}.${column}`);
    }
  }
  expect(await faultsIn('acme')).toEqual([]);
  // Whatever is neither planted nor named above has been forgotten.
  const all = Object.keys(NOT_TOLD).flatMap((table) =>
    columnsOf(table)
      .filter((column) => ![...NOT_TOLD[table]!, ...(KEYS[table] ?? []), ...(SUMS[table] ?? [])].includes(column))
      .map((column) => `${table}.${column}`),
  );
  expect([...planted].sort()).toEqual(all.sort());
}, 300_000);

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');

async function kindOf(where: string): Promise<string> {
  const [row] = await read(`SELECT kind FROM credit_ledger WHERE ${where}`);
  return String(row?.kind);
}

describe('E1 E3 B5 what is told by more than one line', () => {
  /** Runs the command between a change and its opposite. */
  const during = async (change: string, back: string) => {
    await write(change);
    const faults = await faultsIn('acme');
    await write(back);
    expect(await faultsIn('acme')).toEqual([]);
    return faults;
  };
  const AN_ENTRY = `organization_id = 'acme' AND key_hash = '${nameHashOf('one')}'`;
  const hash = {
    day: nameHashOf('2026-03-10'),
    search: nameHashOf('search'),
    find: nameHashOf('find'),
    mia: nameHashOf('mia'),
    eve: nameHashOf('eve'),
  };

  test('E1 a row that is there under another key is missing, and one too many', async () => {
    expect(
      await during(
        "UPDATE members SET user_id = 'eve' WHERE organization_id = 'acme' AND user_id = 'mia'",
        "UPDATE members SET user_id = 'mia' WHERE organization_id = 'acme' AND user_id = 'eve'",
      ),
    ).toEqual([
      'acme members mia: the log says a row, the table no row',
      'acme members eve: the log says no row, the table a row',
    ]);
    const months = (from: string, to: string) =>
      `UPDATE usage_months SET month = '${to}' WHERE organization_id = 'acme' AND month = '${from}' AND \`grouping\` = 'USER'`;
    expect(await during(months('2026-03', '2026-04'), months('2026-04', '2026-03'))).toEqual([
      `acme usage_months USER/2026-04/${hash.mia}: the log says no row, the table a row`,
      `acme usage_months USER/2026-03/${hash.mia}: the log says a row, the table no row`,
    ]);
  });

  test('B5 credits of usage that somebody has changed are found by the balance and by each total', async () => {
    const column =
      (await read(`SELECT included FROM credit_ledger WHERE ${AN_ENTRY}`))[0]!.included === 0 ? 'top_up' : 'included';
    const faults = await during(
      `UPDATE credit_ledger SET ${column} = ${column} - 1 WHERE ${AN_ENTRY}`,
      `UPDATE credit_ledger SET ${column} = ${column} + 1 WHERE ${AN_ENTRY}`,
    );
    expect(faults.map((fault) => fault.replace(/: the log says.*/, ''))).toEqual([
      expect.stringMatching(/^acme organizations - (included|top_up)_credits$/),
      `acme usage_totals DAY/2026-03-10/${hash.day} credits`,
      `acme usage_totals FEATURE/2026-03-10/${hash.search} credits`,
      `acme usage_totals USER/2026-03-10/${hash.mia} credits`,
      `acme usage_months FEATURE/2026-03/${hash.search} credits`,
      `acme usage_months USER/2026-03/${hash.mia} credits`,
    ]);
  });

  test.each([
    ['user_id', 'eve', 'mia', ['USER', hash.mia, hash.eve]],
    ['feature', 'find', 'search', ['FEATURE', hash.search, hash.find]],
  ] as const)(
    'B5 a usage with another %s is found by the totals of both',
    async (column, changed, kept, [grouping, was, is]) => {
      const to = (value: string) => `UPDATE credit_ledger SET ${column} = '${value}' WHERE ${AN_ENTRY}`;
      const faults = await during(to(changed), to(kept));
      expect(faults).toEqual([
        `acme usage_totals ${grouping}/2026-03-10/${was}: the log says no row, the table a row`,
        `acme usage_totals ${grouping}/2026-03-10/${is}: the log says a row, the table no row`,
        `acme usage_months ${grouping}/2026-03/${was}: the log says no row, the table a row`,
        `acme usage_months ${grouping}/2026-03/${is}: the log says a row, the table no row`,
      ]);
    },
  );

  test('B5 a usage on another day is found by the totals of both days', async () => {
    const faults = await during(
      `UPDATE credit_ledger SET occurred_at = occurred_at - ${DAY} WHERE ${AN_ENTRY}`,
      `UPDATE credit_ledger SET occurred_at = occurred_at + ${DAY} WHERE ${AN_ENTRY}`,
    );
    expect(faults).toHaveLength(6);
    expect(faults.every((fault) => /usage_totals \w+\/2026-03-(09|10)\//.test(fault))).toBe(true);
  });

  test('E1 E3 entries of the ledger that are missing are told, each once, and rows of organizations that there never were', async () => {
    const grant = "organization_id = 'acme' AND kind = 'GRANT'";
    const [row] = await read(`SELECT * FROM credit_ledger WHERE ${grant}`);
    const sequence = Number(row!.sequence);
    const granted = (await logOf(service.services, 'acme')).find(({ kind }) => kind === 'CREDITS_GRANTED')!;
    await write(`DELETE FROM credit_ledger WHERE ${grant}`);
    expect(await faultsIn('acme')).toEqual([
      `acme credit_ledger ${sequence + 1} sequence: the log says ${sequence}, the table ${sequence + 1}`,
      `acme credit_ledger (log entry ${granted.sequence}): the log says a row, the table no row`,
      `acme organizations - ledger_sequence: the log says ${sequence + 1}, the table ${sequence + 2}`,
    ]);
    const names = Object.keys(row!);
    await write(
      `INSERT INTO credit_ledger (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`,
      ...Object.values(row!),
    );
    await write("INSERT INTO usage_months VALUES ('ghost', 'USER', '2026-01', 'x', 'y', 1)");
    expect(await verify('--tables')).toMatchObject({
      code: 1,
      out: [
        'ghost usage_months: the log says no organization, the table some rows',
        'Not sound: 1 faults in 1 organizations.',
      ],
    });
    await write("DELETE FROM usage_months WHERE organization_id = 'ghost'");
  });

  test('E3 a log that is not sound itself is told of with the tables', async () => {
    expect(
      await during(
        "UPDATE log_entries SET details = '{' WHERE organization_id = 'acme' AND sequence = 1",
        `UPDATE log_entries SET details = '{"contractType":"SELF_SERVE"}' WHERE organization_id = 'acme' AND sequence = 1`,
      ),
    ).toEqual([
      'acme: Entry 1: its hash is not that of its content and the hash before it.',
      'acme organizations - contract_type: the log says null, the table "SELF_SERVE"',
    ]);
    const { out } = await verify('--tables', '--organization', 'acme', '--head', 'f'.repeat(64));
    expect(out[0]).toMatch(/^acme: No entry has the saved hash/);
  });
});

describe('what it costs and takes', () => {
  test('E3 an organization that was removed is sound, and so is one that is changed all the time', async () => {
    await seed('gone');
    await service.asHost('mutation { removeOrganization(input: { organizationId: "gone" }) { changed } }');
    const acme = organization(service.services, 'acme');
    let isDone = false;
    const writing = (async () => {
      for (let i = 0; i < 60; i++) {
        await (i % 2 === 0 ? acme.adds('mia', 'olivia') : acme.removes('mia', 'olivia'));
        const usage = { organizationId: 'acme', userId: 'mia', feature: 'f', credits: 1, occurredAt: null };
        await recordUsage(service.services, [{ ...usage, idempotencyKey: `concurrent ${i}` }]);
      }
      isDone = true;
    })();
    let times = 0;
    while (!isDone) {
      expect(await verify('--tables')).toMatchObject({ code: 0 });
      times += 1;
    }
    await writing;
    expect(times).toBeGreaterThan(0);
    expect(await verify('--tables')).toMatchObject({ code: 0 });
  });

  test('B5 docs/0023 a balance that stopped at its bound holds less than the totals, which is sound', async () => {
    const most = Number.MAX_SAFE_INTEGER;
    const usage = { organizationId: 'full', userId: 'mia', feature: 'f', credits: most, occurredAt: null };
    await organization(service.services, 'full').exists();
    await grantCredits(service.services, { organizationId: 'full', credits: most, reason: null, idempotencyKey: 'g' });
    for (const idempotencyKey of ['1', '2', '3', '4'])
      await recordUsage(service.services, [{ ...usage, idempotencyKey }]);
    expect(await faultsIn('full')).toEqual([]);
    const where = "organization_id = 'full' AND `grouping` = 'USER'";
    await write(`UPDATE usage_totals SET credits = credits - 1 WHERE ${where}`);
    expect(await faultsIn('full')).toHaveLength(1);
    await write(`UPDATE usage_totals SET credits = credits + 1 WHERE ${where}`);
  });

  test('E3 says how far it has come, and what it takes', async () => {
    const { code, out, err } = await verify('--help');
    expect([code, err]).toEqual([0, '']);
    expect(out.join('\n')).toContain('audit:verify -- --tables');

    const [stdout, stderr] = [new Written(), new Written()];
    const terminal = { environment: { DATABASE_URL: service.databaseUrl }, stdin: Readable.from([]), stdout, stderr };
    expect(await verifyTables(terminal, { organizationId: null, head: null, rowsBetweenLines: 10 })).toBe(0);
    const rows = Number(/, (\d+) rows/.exec(stdout.text)?.[1]);
    const lines = stderr.text.split('\n').slice(0, -1);
    expect(lines.map((line) => Number(/(\d+) rows so far/.exec(line)?.[1]))).toEqual(
      Array.from({ length: Math.floor(rows / 10) }, (_, n) => 10 * (n + 1)),
    );
  });

  test('E3 totals that do not fit in memory together are looked at in parts, each once', async () => {
    const { database } = service.services;
    const faults: string[] = [];
    const tell = (fault: string) => void faults.push(fault.replace(/:.*/, ''));
    await write("UPDATE usage_totals SET credits = credits + 1 WHERE organization_id = 'acme'");
    await write("INSERT INTO usage_months VALUES ('acme', 'USER', '2020-01', 'no hash', 'y', 1)");
    const { length } = await read("SELECT 1 AS one FROM usage_totals WHERE organization_id = 'acme'");
    await checkTables({ database, notedHead: null, tell, onRead: () => undefined, mostTotals: 1 }, 'acme');
    await write("UPDATE usage_totals SET credits = credits - 1 WHERE organization_id = 'acme'");
    await write("DELETE FROM usage_months WHERE month = '2020-01'");
    expect(new Set(faults).size).toBe(faults.length);
    expect(faults).toHaveLength(length + 1);
    expect(faults).toContain('acme usage_months USER/2020-01/no hash');
  });

  test.each([
    [['--tables', 'file']],
    [['--tables', '--head', 'f'.repeat(64)]],
    [['--tables', '--organization', 'nobody']],
    [['--tables=yes']],
  ])('E3 ends with 2 for %j', async (args) => expect(await verify(...args)).toMatchObject({ code: 2, out: [] }));
});

test('E1 each column of an organization is written by something: after all that, it is another than a new one has', async () => {
  await organization(service.services, 'plain').exists();
  await startDirectorySync(service.services, { organizationId: 'acme' });
  const [acme, plain] = await Promise.all(
    ['acme', 'plain'].map(async (id) => (await read('SELECT * FROM organizations WHERE id = ?', id))[0]!),
  );
  const unwritten = columnsOf('organizations').filter((column) => acme![column] === plain![column]);
  // Acme is on the public plans, paid by the month, and was not removed; its auto-recharge is on.
  expect(unwritten).toEqual(['contract_type', 'removed_at', 'credits_due_at', 'auto_recharge_disabled_reason']);
});
