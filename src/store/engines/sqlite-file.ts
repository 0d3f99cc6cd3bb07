import { accessSync, closeSync, constants, existsSync, fstatSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Unavailable } from '../../domain/refusals';
import { WriteAheadLog } from './sqlite-wal';

/** How long a file is known to be where it was; as long as access that was read holds (A8). */
const PLACE_HOLDS_FOR = 250;

/** The one folder that the service makes by itself. */
const OWN_FOLDER = 'data';

/**
 * Throws `Unavailable` if no database can be at `path`. A folder is not made for it: a path with a mistake would silently begin
 * an empty database.
 */
export function requirePlace(path: string): void {
  const folder = dirname(resolve(path));
  saying('Its folder cannot be made', () => {
    if (folder === resolve(OWN_FOLDER)) mkdirSync(folder, { recursive: true });
  });
  if (!existsSync(folder)) throw new Unavailable(`There is no folder ${folder}: make it, or correct the path.`);
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory())
    throw new Unavailable(`${path} is a folder, not a database file.`);
}

/**
 * Descriptors of database files, by device and inode. A process that closes any descriptor of a file loses all locks that it has
 * on this file, those of SQLite too. So there is one for all that have the file open, and it is closed last.
 */
const descriptors = new Map<string, { readonly descriptor: number; users: number }>();

/** What the system knows of a database's file while it is open. SQLite itself does not look at that again. */
export class SqliteFile {
  private inode: string | null = null;
  private foundAt = -Infinity;
  private writeAheadLog: WriteAheadLog | null = null;

  /** Throws `Unavailable` if the file cannot be used, or a log beside it is not its own. To be called before SQLite opens it. */
  constructor(private readonly path: string) {
    requirePlace(path);
    this.requireWritable();
    if (!existsSync(path)) return;
    try {
      this.hold();
      this.log.requireOwn();
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** SQLite has opened it, and made it where it was not there. */
  opened(): void {
    if (this.inode === null) this.hold();
    this.log.opened();
  }

  get log(): WriteAheadLog {
    if (!this.writeAheadLog) throw new Error('The file is not open.');
    return this.writeAheadLog;
  }

  /** Throws `Unavailable` if the path does not lead to the file any more: what is written would be lost with it. */
  requirePresent(): void {
    const inode = inodeOf(this.path);
    if (inode === this.inode && !this.log.isRemoved()) {
      this.foundAt = performance.now();
      return;
    }
    this.foundAt = -Infinity;
    const what = inode === null || inode === this.inode ? 'removed' : 'replaced';
    throw new Unavailable(
      `The database file, or the log beside it, was ${what} while the service had it open. Start the service again.`,
    );
  }

  /** As `requirePresent`, as it was a moment ago. */
  requirePresentLately(): void {
    if (performance.now() - this.foundAt > PLACE_HOLDS_FOR) this.requirePresent();
  }

  /** Throws `Unavailable` if the file, what stands beside it, or its folder cannot be written. Reading goes on for a while then. */
  requireWritable(): void {
    const files = [this.path, `${this.path}-wal`, `${this.path}-shm`].filter((file) => existsSync(file));
    // Opening the file for a try would cost its locks. This also tells of a disk that is mounted read-only.
    for (const file of [dirname(resolve(this.path)), ...files])
      saying(`${file} cannot be written`, () => accessSync(file, constants.W_OK));
  }

  /** To be called when SQLite has closed it. */
  close(): void {
    this.writeAheadLog?.close();
    this.writeAheadLog = null;
    const held = descriptors.get(this.inode ?? '');
    if (!held || --held.users > 0) return;
    descriptors.delete(this.inode ?? '');
    closeSync(held.descriptor);
  }

  private hold(): void {
    const inode = inodeOf(this.path);
    const held = descriptors.get(inode ?? '') ?? {
      descriptor: saying(`${this.path} cannot be read`, () => openSync(this.path, 'r')),
      users: 0,
    };
    held.users += 1;
    this.inode = keyOf(fstatSync(held.descriptor, { bigint: true }));
    descriptors.set(this.inode, held);
    this.writeAheadLog = new WriteAheadLog(this.path, held.descriptor);
  }
}

function inodeOf(path: string): string | null {
  const found = saying(`${path} cannot be found`, () => statSync(path, { bigint: true, throwIfNoEntry: false }));
  return found ? keyOf(found) : null;
}

function keyOf({ dev, ino }: { readonly dev: bigint; readonly ino: bigint }): string {
  return `${dev}:${ino}`;
}

/** As `work`, but throws `Unavailable` for what the system refuses. */
function saying<T>(what: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new Unavailable(`${what}: ${(error as NodeJS.ErrnoException).code}.`, { cause: error });
  }
}
