import { randomInt } from 'node:crypto';
import { closeSync, fstatSync, openSync, readFileSync, readSync, writeFileSync } from 'node:fs';
import { Unavailable } from '../../domain/refusals';

// https://www.sqlite.org/fileformat2.html describes these bytes.
const FILE_HEADER = 100;
const LOG_HEADER = 32;
const FRAME_HEADER = 24;
const LOG_MAGIC = [0x377f0682, 0x377f0683];
/** In a file's header: 1 where the file is written without a log, as a backup is that was made by VACUUM INTO. */
const WRITE_VERSION = 18;
const WITHOUT_LOG = 1;

/** What the file was while the log had this salt. A log gets another one each time that it restarts. */
interface Origin {
  readonly salt: string;
  /** In hexadecimal digits, as all of them here. */
  readonly fileHeader: string;
}

interface LogHeader {
  readonly salt: string;
  readonly pageSize: number;
}

/**
 * Whose the log beside a database's file (`-wal`) is. SQLite applies any log to any file of that name: a file that was restored
 * without taking the old log away would be mixed with it.
 *
 * While a log grows, the file changes only through it. So its header is the one from before, or that of some page 1 in the log. The
 * one from before is stored beside the log (`-wal-origin`) whenever the log has restarted. If that does not fit the log, nothing
 * is known and nothing is refused: after a crash the service always starts.
 */
export class WriteAheadLog {
  private salt: string | null = null;
  /** Whether this log has a page 1, so that the file's header changes with it whatever else does. */
  private isMarked = false;
  private marking = false;
  private descriptor: number | null = null;
  /** Of log and file, as they were last found to belong together. */
  private known = '';

  constructor(
    private readonly path: string,
    private readonly file: number,
  ) {}

  /** Throws `Unavailable` if the log is another file's. */
  requireOwn(): void {
    if (this.isOwn()) return;
    throw new Unavailable(
      `${this.path}-wal is not the log of ${this.path}: the file was restored or replaced, and the log of the one before was left beside it. To go on with the file as it is, stop the service and move ${this.path}-wal and ${this.path}-shm away.`,
    );
  }

  /** To be called when SQLite has opened it: what was there before may have been another. */
  opened(): void {
    this.close();
    this.open();
  }

  /** Whether it was taken away while it is open. */
  isRemoved(): boolean {
    const log = this.open();
    return log !== null && fstatSync(log).nlink === 0;
  }

  /** Within each transaction, before it commits. */
  mark(run: (sql: string) => void): void {
    this.marking = !this.isMarked;
    // It stands on page 1, and nothing else uses it.
    if (this.marking) run(`PRAGMA user_version = ${randomInt(2 ** 31)}`);
  }

  /** After each transaction. What cannot be written down is not known later, and what has been committed stays so. */
  committed(): void {
    try {
      const salt = this.header()?.salt ?? null;
      const isNew = salt !== this.salt;
      this.isMarked = this.marking || (this.isMarked && !isNew);
      this.salt = salt;
      if (!isNew || salt === null) return;
      const origin: Origin = { salt, fileHeader: this.fileHeader() };
      writeFileSync(`${this.path}-wal-origin`, `${JSON.stringify(origin)}\n`);
    } catch {
      return;
    }
  }

  close(): void {
    if (this.descriptor !== null) closeSync(this.descriptor);
    this.descriptor = null;
  }

  private isOwn(): boolean {
    const header = this.header();
    const fileHeader = this.fileHeader();
    // Without a log there is nothing to apply, and to an empty file SQLite does not apply one.
    if (!header || fileHeader === '') return true;
    if (Buffer.from(fileHeader, 'hex')[WRITE_VERSION] === WITHOUT_LOG) return false;
    const { salt } = header;
    if (this.known === `${salt} ${fileHeader}`) return true;
    const origin = this.origin();
    const isOwn =
      origin?.salt !== salt ||
      origin.fileHeader === fileHeader ||
      this.hasWritten(fileHeader, header) ||
      // It has restarted in the meantime.
      this.header()?.salt !== salt;
    if (isOwn) this.known = `${salt} ${fileHeader}`;
    return isOwn;
  }

  /** Whether a page 1 in the log begins so. */
  private hasWritten(fileHeader: string, { salt, pageSize }: LogHeader): boolean {
    const frame = Buffer.alloc(FRAME_HEADER + FILE_HEADER);
    for (let at = LOG_HEADER; this.read(frame, at); at += FRAME_HEADER + pageSize) {
      const isOfThisLog = frame.toString('hex', 8, 16) === salt;
      if (!isOfThisLog) return false;
      if (frame.readUInt32BE(0) === 1 && frame.toString('hex', FRAME_HEADER) === fileHeader) return true;
    }
    return false;
  }

  /** Null if there is no log, or none that SQLite would apply. */
  private header(): LogHeader | null {
    const header = Buffer.alloc(LOG_HEADER);
    if (!this.read(header, 0) || !LOG_MAGIC.includes(header.readUInt32BE(0))) return null;
    return { salt: header.toString('hex', 16, 24), pageSize: header.readUInt32BE(8) };
  }

  private fileHeader(): string {
    const header = Buffer.alloc(FILE_HEADER);
    return header.toString('hex', 0, readSync(this.file, header, 0, FILE_HEADER, 0));
  }

  private origin(): Origin | null {
    try {
      return JSON.parse(readFileSync(`${this.path}-wal-origin`, 'utf8')) as Origin;
    } catch {
      return null;
    }
  }

  private read(into: Buffer, at: number): boolean {
    const log = this.open();
    return log !== null && readSync(log, into, 0, into.length, at) === into.length;
  }

  /** SQLite has no locks on it, so that descriptors of it may be closed at any time. */
  private open(): number | null {
    try {
      this.descriptor ??= openSync(`${this.path}-wal`, 'r');
    } catch {
      return null;
    }
    return this.descriptor;
  }
}
