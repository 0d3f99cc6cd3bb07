import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import libsql from 'libsql';
import { Unavailable } from '../../../src/domain/refusals';
import type { Database } from '../../../src/store/database';
import { openDatabase } from '../../../src/store/open-database';
import { dataSourceFor } from '../../../src/store/schema/data-source';
import { migrate } from '../../../src/store/schema/migrate';
import { temporaryFolder } from '../../kits/service/temporary-folder';
import { canMakeUnwritable, makeUnwritable } from '../../kits/service/unwritable';

let folder: string;
let path: string;
const opened: Database[] = [];

const open = async (file = path) => {
  const database = await openDatabase({ url: `sqlite:${file}` });
  opened.push(database);
  return database;
};
const openMigrated = async () => {
  const database = await open();
  await migrate(database);
  return database;
};
const closeAll = async () => {
  for (const database of opened.splice(0)) await database.close();
};
const change = (database: Database, name: string, size = 1) =>
  database.transaction((writer) =>
    writer.run('INSERT INTO service_state (name, value) VALUES (?, ?)', [name, 'x'.repeat(size)]),
  );
const names = async ({ reader }: Database) =>
  (await reader.rows<{ name: string }>('SELECT name FROM service_state ORDER BY name')).map(({ name }) => name);

beforeEach(async () => {
  folder = temporaryFolder();
  path = join(folder, 'service.sqlite');
});
afterEach(async () => {
  await closeAll();
  await rm(folder, { recursive: true });
});

/** It throws `Unavailable`, with such a sentence. */
async function isRefused(work: Promise<unknown>, sentence: RegExp): Promise<void> {
  await expect(work).rejects.toBeInstanceOf(Unavailable);
  await expect(work).rejects.toThrow(sentence);
}

describe('O6 where a database can be', () => {
  test('a folder that is not there is refused, and not made', async () => {
    const there = join(folder, 'dtaa', 'service.sqlite');
    await isRefused(open(there), /^There is no folder .*dtaa: make it, or correct the path\.$/);
    await isRefused(dataSourceFor(`sqlite:${there}`), /^There is no folder/);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('but for the one of the service itself', async () => {
    const before = process.cwd();
    process.chdir(folder);
    try {
      await (await open('data/billing-admins.sqlite')).ping();
      await closeAll();
    } finally {
      process.chdir(before);
    }
    expect(readdirSync(folder)).toEqual(['data']);
  });

  test('a folder in place of the file is refused', async () => {
    mkdirSync(path);
    await isRefused(open(), /is a folder, not a database file\.$/);
  });

  test('a file that is something else is refused', async () => {
    writeFileSync(path, 'It was a dark and stormy night. '.repeat(100));
    await isRefused(open(), /^The file is not a database of SQLite\.$/);
  });

  if (canMakeUnwritable)
    test.each([
      ['its folder', () => folder],
      ['its file', () => path],
    ])('%s cannot be written: neither opened nor ready', async (_, place) => {
      const database = await openMigrated();
      const undo = makeUnwritable(place());
      try {
        await isRefused(database.ping(), / cannot be written: E[A-Z]+\.$/);
        expect(await names(database)).toEqual([]);
        await isRefused(open(), / cannot be written: E[A-Z]+\.$/);
      } finally {
        undo();
      }
      await database.ping();
      return change(database, 'written');
    });
});

describe('O6 the file is taken away while it is open', () => {
  const others = (how: string) => [`${path}-${how}`, `${path}-wal-${how}`] as const;
  const ways: readonly [how: string, what: RegExp, take: () => void, giveBack: ((this: void) => void) | null][] = [
    ['it is removed', /was removed/, () => rmSync(path), null],
    ['it is moved', /was removed/, () => renameSync(path, others('old')[0]), () => renameSync(others('old')[0], path)],
    [
      'another takes its place',
      /was replaced/,
      () => {
        copyFileSync(path, others('new')[0]);
        renameSync(path, others('old')[0]);
        renameSync(others('new')[0], path);
      },
      () => renameSync(others('old')[0], path),
    ],
    ['its log is removed', /was removed/, () => rmSync(`${path}-wal`), null],
  ];

  test.each(ways)('%s: nothing is acknowledged or read that would be lost', async (_, what, take, giveBack) => {
    const database = await openMigrated();
    await change(database, 'before');
    take();
    await isRefused(database.ping(), what);
    await isRefused(change(database, 'lost'), what);
    await isRefused(names(database), what);
    await isRefused(
      database.snapshot((reader) => reader.rows('SELECT name FROM service_state')),
      what,
    );
    if (!giveBack) return;
    giveBack();
    await database.ping();
    await change(database, 'after');
    expect(await names(database)).toEqual(['after', 'before']);
  });
});

describe('O6 a log beside a file', () => {
  const NOT_ITS_LOG = /service\.sqlite-wal is not the log of .*service\.sqlite: the file was restored or replaced/;

  /** What a process that is killed leaves, in a folder of its own. */
  let places = 0;
  const killed = () => {
    const place = join(folder, `killed-${places++}`);
    mkdirSync(place);
    for (const file of readdirSync(folder).filter((name) => /\.sqlite(-wal|-shm|-wal-origin)?$/.test(name)))
      copyFileSync(join(folder, file), join(place, file));
    return join(place, 'service.sqlite');
  };
  const asSomebody = <T>(work: (somebody: libsql.Database) => T) => {
    const somebody = new libsql(path);
    try {
      return work(somebody);
    } finally {
      somebody.close();
    }
  };

  test('that a killed process has left is taken in', async () => {
    const database = await openMigrated();
    await change(database, 'one');
    await change(database, 'other');
    expect(await names(await open(killed()))).toEqual(['one', 'other']);
  });

  test.each([
    ['VACUUM INTO', (to: string) => asSomebody((somebody) => somebody.exec(`VACUUM INTO '${to}'`))],
    [
      'the file after a stop',
      async (to: string) => {
        await closeAll();
        copyFileSync(path, to);
        // Between this stop and the next, the file changes too.
        await change(await open(), 'between');
        await closeAll();
        await open();
      },
    ],
  ])('that does not belong to a file that was restored from %s is refused', async (_, makeBackup) => {
    await change(await openMigrated(), 'before');
    const backup = join(folder, 'backup');
    await makeBackup(backup);
    await change(opened.at(-1)!, 'after');
    const restored = killed();
    copyFileSync(backup, restored);
    await isRefused(open(restored), NOT_ITS_LOG);

    // And as the sentence says.
    for (const end of ['-wal', '-shm']) renameSync(restored + end, `${restored}${end}-away`);
    const database = await open(restored);
    expect(await names(database)).toEqual(['before']);
    await change(database, 'later');
  });

  test('that does not belong to a backup is refused where nothing else is known of it', async () => {
    const database = await openMigrated();
    await change(database, 'before');
    const backup = join(folder, 'backup');
    asSomebody((somebody) => somebody.exec(`VACUUM INTO '${backup}'`));
    const restored = killed();
    copyFileSync(backup, restored);
    rmSync(`${restored}-wal-origin`);
    await isRefused(open(restored), NOT_ITS_LOG);
  });

  test('is no longer its own when the file is written over while it is open', async () => {
    const database = await openMigrated();
    await change(database, 'one');
    const backup = join(folder, 'backup');
    asSomebody((somebody) => somebody.exec(`VACUUM INTO '${backup}'`));
    await database.ping();
    copyFileSync(backup, path);
    await isRefused(database.ping(), NOT_ITS_LOG);
  });

  test('is its own after every crash, whatever others have checkpointed or written', async () => {
    const database = await openMigrated();
    await database.transaction((writer) => writer.rows('PRAGMA wal_autocheckpoint = 10'));
    const rows: string[] = [];
    let origin: Buffer | null = null;
    const doings: readonly (() => unknown)[] = [
      () => asSomebody((somebody) => somebody.prepare('PRAGMA wal_checkpoint(PASSIVE)').all()),
      () => asSomebody((somebody) => somebody.prepare('PRAGMA wal_checkpoint(RESTART)').all()),
      () => asSomebody((somebody) => somebody.prepare('PRAGMA wal_checkpoint(TRUNCATE)').all()),
      () => asSomebody((somebody) => somebody.exec('VACUUM')),
      () => asSomebody((somebody) => somebody.exec('CREATE TABLE theirs (a int); DROP TABLE theirs')),
      () => asSomebody((somebody) => somebody.exec('PRAGMA application_id = 7')),
      // More than a log holds before it is checkpointed by itself.
      ...[1, 1, 1, 20_000, 100_000].map((size) => async () => {
        rows.push(`name-${rows.length}`);
        await change(database, rows.at(-1)!, size);
      }),
    ];
    for (let step = 0; step < 33; step++) {
      await doings[(step * 7 + Math.floor(step / doings.length)) % doings.length]!();
      const left = killed();
      expect(await names(await open(left))).toEqual([...rows].sort());
      await opened.pop()!.close();
      // A process may be killed before it has written down how the log began.
      if (origin && existsSync(`${path}-wal-origin`)) {
        const sooner = killed();
        writeFileSync(`${sooner}-wal-origin`, origin);
        await (await open(sooner)).ping();
        await opened.pop()!.close();
      }
      origin = existsSync(`${path}-wal-origin`) ? readFileSync(`${path}-wal-origin`) : null;
    }
  });
});
