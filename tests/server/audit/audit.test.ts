import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { exportLog } from '../../../src/server/audit/export-log';
import { runCommand } from '../../../src/server/audit/run-command';
import { verifyLog } from '../../../src/server/audit/verify-log';
import { FIRST_HASH, hashOfEntry } from '../../../src/store/log/chain';
import { writeEntry } from '../../../src/store/log/exported-entry';
import type { LogRow } from '../../../src/store/log/log-entries';
import { logOf } from '../../kits/organizations/log';
import { organization, seedAcme } from '../../kits/organizations/seed';
import { startTestService, type TestService } from '../../kits/service/service';

let service: TestService;
let folder: string;
let count = 0;

beforeAll(async () => {
  service = await startTestService();
  folder = await mkdtemp(join(tmpdir(), 'billing-admins-audit-'));
});

afterAll(async () => {
  await service.close();
  await rm(folder, { recursive: true });
});

class Written extends Writable {
  text = '';
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

async function run(command: typeof verifyLog, args: readonly string[], stdin = '') {
  const [stdout, stderr] = [new Written(), new Written()];
  const environment = { DATABASE_URL: service.databaseUrl };
  const code = await runCommand(command, args, { environment, stdin: Readable.from([stdin]), stdout, stderr });
  return { code, out: stdout.text, err: stderr.text };
}

const verify = (lines: readonly string[], ...args: string[]) => run(verifyLog, [...args, '-'], lines.join('\n'));
const linesOf = (rows: readonly LogRow[]) => rows.map(writeEntry);

function withEntry<T>(list: readonly T[], index: number, entry: T): T[] {
  return list.map((other, place) => (place === index ? entry : other));
}

/** An organization of its own, its id, its log and its head. */
async function seed() {
  const id = `acme-${(count += 1)}`;
  await seedAcme(service.services, id);
  const rows = await logOf(service.services, id);
  return { id, rows, head: rows.at(-1)!.hash };
}

/** The chain computed again over the present entries, as an expert would. */
function rewritten(rows: readonly LogRow[]): LogRow[] {
  let hash = FIRST_HASH;
  return rows.map((row) => ({ ...row, hash: (hash = hashOfEntry(row, hash)) }));
}

const change = (sql: string, ...values: (string | number)[]) =>
  service.services.database.transaction((writer) => writer.run(sql, values));

describe('E3 audit:export', () => {
  test('E3 writes each entry with its hash, in order, and tells the head apart from them', async () => {
    const { id, rows, head } = await seed();
    const { code, out, err } = await run(exportLog, [id]);
    expect(code).toBe(0);
    expect(out).toBe(linesOf(rows).join('\n') + '\n');
    expect(JSON.parse(out.split('\n')[8]!)).toMatchObject({ kind: 'ADMIN_ADDED', subjectId: 'bea', actorId: 'olivia' });
    expect(err).toBe(`9 entries. Head: ${head}\n`);
  });

  test('E3 R13 what it wrote is found sound, on pages too, and of an organization that was removed', async () => {
    const { id } = await seed();
    const { transactions } = service.services;
    for (let part = 0; part < 5; part++)
      await transactions.run(id, async (transaction) => {
        for (let i = 0; i < 500; i++)
          transaction.append({ kind: 'PROFILE_CHANGED', subjectId: `u"${i}\\`, details: { text: 'ü"\n' } });
      });
    await service.asHost('mutation ($id: ID!) { removeOrganization(input: { organizationId: $id }) { changed } }', {
      id,
    });
    const { out } = await run(exportLog, [id]);
    const file = join(folder, 'export.ndjson');
    await writeFile(file, out);
    const head = (await logOf(service.services, id)).at(-1)!.hash;
    const sound = { code: 0, out: `Sound: 2510 entries. Head: ${head}\n`, err: '' };
    expect(await run(verifyLog, [file])).toEqual(sound);
    expect(await run(verifyLog, ['--organization', id])).toEqual(sound);
  });

  test.each([[[]], [['a', 'b']], [['nobody']]])('E3 ends with 2 and writes nothing for %j', async (args) => {
    expect(await run(exportLog, args)).toMatchObject({ code: 2, out: '' });
  });
});

describe('E3 audit:verify of a file', () => {
  /** The entry of sequence n is at n - 1. Each of these is found and located. */
  const TAMPERED: [what: string, tamper: (rows: LogRow[]) => LogRow[], said: RegExp][] = [
    ['a subject', (r) => withEntry(r, 8, { ...r[8]!, subjectId: 'mia' }), /^Entry 9: its hash/],
    ['an actor', (r) => withEntry(r, 8, { ...r[8]!, actorId: null }), /^Entry 9: its hash/],
    ['details', (r) => withEntry(r, 0, { ...r[0]!, details: '{"by":"night"}' }), /^Entry 1: its hash/],
    ['a kind', (r) => withEntry(r, 8, { ...r[8]!, kind: 'ADMIN_REMOVED' }), /^Entry 9: its hash/],
    [
      'a kind that there is not',
      (r) => withEntry(r, 8, { ...r[8]!, kind: 'toString' }),
      /^Entry 9: its kind is not known/,
    ],
    ['a time', (r) => withEntry(r, 0, { ...r[0]!, occurredAt: 1 }), /^Entry 1: its hash/],
    ['a version', (r) => withEntry(r, 8, { ...r[8]!, version: 99 }), /^Entry 9: its version is 99/],
    ['what is in the activity', (r) => withEntry(r, 8, { ...r[8]!, inActivity: 0 }), /^Entry 9: whether it is/],
    ['a hash', (r) => withEntry(r, 4, { ...r[4]!, hash: 'f'.repeat(64) }), /^Entry 5: its hash/],
    [
      'an entry and its hash',
      (r) => {
        const entry = { ...r[4]!, subjectId: 'eve' };
        return withEntry(r, 4, { ...entry, hash: hashOfEntry(entry, r[3]!.hash) });
      },
      /^Entry 6: its hash/,
    ],
    ['the order', (r) => [...r.slice(0, 3), r[4]!, r[3]!, ...r.slice(5)], /^Entry 5: before it 1 are missing, from 4/],
    ['the number of entries: the first is missing', (r) => r.slice(1), /^Entry 2: before it 1 are missing, from 1 on/],
    [
      'the number of entries: two are missing',
      (r) => [...r.slice(0, 4), ...r.slice(6)],
      /^Entry 7: before it 2 are missing, from 5 on/,
    ],
    [
      'the number of entries: one is there twice',
      (r) => [...r.slice(0, 5), ...r.slice(4)],
      /^Entry 5: it stands after entry 5/,
    ],
    [
      'the number of entries: one is added at the end',
      (r) => [...r, { ...r[8]!, sequence: 10, version: 9 }],
      /^Entry 10: its hash/,
    ],
    [
      'the number of entries, and all after it are numbered again',
      (r) => [...r.slice(0, 2), ...r.slice(3)].map((row, index) => ({ ...row, sequence: index + 1 })),
      /^Entry 3: its version is 3/,
    ],
    ['all of them', () => [], /^There is no entry/],
  ];

  test.each(TAMPERED)('E3 finds that somebody has changed %s', async (_, tamper, said) => {
    const { rows } = await seed();
    expect(await verify(linesOf(rows))).toMatchObject({ code: 0 });
    const { code, out } = await verify(linesOf(tamper(rows)));
    expect([code, out]).toEqual([1, expect.stringMatching(said)]);
  });

  test('E3 finds entries of another organization among them', async () => {
    const [{ rows }, other] = [await seed(), await seed()];
    const { code, out } = await verify(linesOf(withEntry(rows, 4, other.rows[4]!)));
    expect([code, out]).toEqual([1, expect.stringMatching(/^Entry 5: it is of another organization/)]);
  });

  test.each<[string, (line: string) => string]>([
    ['no JSON', () => 'billing-admins audit:export'],
    ['a text', () => '"entry"'],
    ['cut off', (line) => line.slice(0, -10)],
    ['longer', (line) => `${line.slice(0, -1)},"more":1}`],
    ['written otherwise', (line) => line.replace(',', ', ')],
    ['of two minds', (line) => line.replace('"subjectId"', '"subjectId":"eve","subjectId"')],
    ['of another shape', (line) => line.replace(/"inActivity":\w+/, '"inActivity":1')],
  ])('E3 finds a line that is %s', async (_, tamper) => {
    const lines = linesOf((await seed()).rows);
    const { code, out } = await verify(withEntry(lines, 6, tamper(lines[6]!)));
    expect([code, out]).toEqual([1, expect.stringMatching(/^Line 7 is no entry/)]);
  });

  test('E3 a chain that was computed again, or whose end is cut off, is found by a saved head', async () => {
    const { rows, head } = await seed();
    const remade = linesOf(rewritten(withEntry(rows, 8, { ...rows[8]!, subjectId: 'mia' })));
    const cut = linesOf(rows.slice(0, 8));
    for (const lines of [remade, cut]) {
      expect(await verify(lines)).toMatchObject({ code: 0 });
      const { code, out } = await verify(lines, '--head', head);
      expect([code, out]).toEqual([1, expect.stringMatching(/^No entry has the saved hash/)]);
    }
    expect(await verify(linesOf(rows), '--head', head)).toMatchObject({ code: 0 });
    expect(await verify(linesOf(rows), '--head', rows[3]!.hash)).toMatchObject({ code: 0 });
    // The head stands there, and on an entry that it is not of.
    const { code } = await verify([...cut.slice(0, 7), writeEntry({ ...rows[7]!, hash: head })], '--head', head);
    expect(code).toBe(1);
  });

  test('E3 tells of twenty faults and counts the rest', async () => {
    const { out } = await verify(Array.from({ length: 50 }, () => 'x'));
    expect(out.split('\n')).toHaveLength(23);
    expect(out).toContain('And 31 more.\nNot sound: 51 faults.');
  });

  test.each([
    [[]],
    [['-', '-']],
    [['--head', 'x', '-']],
    [['--organization', 'a', '-']],
    [['--what', '-']],
    [['/none']],
  ])('E3 ends with 2 for %j', async (args) => expect(await run(verifyLog, args)).toMatchObject({ code: 2, out: '' }));
});

describe('E3 audit:verify of the database', () => {
  const TAMPERED: [what: string, sql: string, said: RegExp][] = [
    [
      'changed',
      "UPDATE log_entries SET subject_id = 'eve' WHERE organization_id = ? AND sequence = 9",
      /^Entry 9: its hash/,
    ],
    [
      'hidden',
      'UPDATE log_entries SET in_activity = 0 WHERE organization_id = ? AND sequence = 9',
      /^Entry 9: whether/,
    ],
    [
      'missing',
      'DELETE FROM log_entries WHERE organization_id = ? AND sequence = 4',
      /^Entry 5: before it 1 are missing/,
    ],
    [
      'missing at the end',
      'DELETE FROM log_entries WHERE organization_id = ? AND sequence > 7',
      /^The log ends with entry 7/,
    ],
    ['missing, all of them', 'DELETE FROM log_entries WHERE organization_id = ?', /^The log ends with entry 0/],
    [
      'added',
      `INSERT INTO log_entries (organization_id, sequence, version, kind, subject_id, actor_id, details, occurred_at, in_activity, hash)
       SELECT organization_id, 10, NULL, 'PROFILE_CHANGED', 'eve', NULL, '{}', occurred_at, 0, hash
       FROM log_entries WHERE organization_id = ? AND sequence = 9`,
      /^Entry 10: its hash[^]*The log ends with entry 10, and the organization says 9/,
    ],
    ['of another head', `UPDATE organizations SET head_hash = '${FIRST_HASH}' WHERE id = ?`, /another head or version/],
    ['of another version', 'UPDATE organizations SET version = 3 WHERE id = ?', /another head or version/],
  ];

  test.each(TAMPERED)('E3 finds entries that are %s', async (_, sql, said) => {
    const { id } = await seed();
    expect(await run(verifyLog, ['--organization', id])).toMatchObject({ code: 0 });
    await change(sql, id);
    const { code, out } = await run(verifyLog, ['--organization', id]);
    expect([code, out]).toEqual([1, expect.stringMatching(said)]);
  });

  test('E3 a chain that was computed again in the tables is found by a saved head', async () => {
    const { id, rows, head } = await seed();
    const remade = rewritten(withEntry(rows, 8, { ...rows[8]!, subjectId: 'mia' }))[8]!;
    await change(
      "UPDATE log_entries SET subject_id = 'mia', hash = ? WHERE organization_id = ? AND sequence = 9",
      remade.hash,
      id,
    );
    await change('UPDATE organizations SET head_hash = ? WHERE id = ?', remade.hash, id);
    expect(await run(verifyLog, ['--organization', id])).toMatchObject({ code: 0 });
    expect(await run(verifyLog, ['--organization', id, '--head', head])).toMatchObject({ code: 1 });
  });

  test('E3 a log that is written at the same time is sound', async () => {
    const acme = organization(service.services, (await seed()).id);
    let isDone = false;
    const writing = (async () => {
      for (let i = 0; i < 40; i++) await (i % 2 === 0 ? acme.adds('mia', 'olivia') : acme.removes('mia', 'olivia'));
      isDone = true;
    })();
    while (!isDone) expect(await run(verifyLog, ['--organization', acme.id])).toMatchObject({ code: 0 });
    await writing;
  });

  test('E3 an organization that is not there, or a database without the tables, ends with 2', async () => {
    expect(await run(verifyLog, ['--organization', 'nobody'])).toMatchObject({ code: 2 });
    const stderr = new Written();
    const terminal = { stdin: Readable.from([]), stdout: new Written(), stderr };
    const environment = { DATABASE_URL: `sqlite:${join(folder, 'empty.sqlite')}` };
    expect(await runCommand(verifyLog, ['--organization', 'acme'], { environment, ...terminal })).toBe(2);
    expect(stderr.text).toContain('does not have the tables');
  });
});
