import { setTimeout as delay } from 'node:timers/promises';
import { Unavailable } from '../../domain/refusals';

/** Wrong statements, and values that do not fit: our own faults, which a retry does not fix. */
const OURS = ['SQLITE_ERROR', 'SQLITE_CONSTRAINT', 'SQLITE_MISMATCH', 'SQLITE_MISUSE', 'SQLITE_RANGE', 'SQLITE_TOOBIG'];

/** What can be said of the others. */
const SENTENCES: readonly (readonly [code: string, sentence: string])[] = [
  ['SQLITE_FULL', 'The disk is full, or fails.'],
  ['SQLITE_IOERR', 'The disk is full, or fails.'],
  ['SQLITE_READONLY', 'The database file cannot be written.'],
  ['SQLITE_CANTOPEN', 'The database file cannot be opened.'],
  ['SQLITE_CORRUPT', 'The database file is damaged.'],
  ['SQLITE_NOTADB', 'The file is not a database of SQLite.'],
];

/** Between two tries of what finds the file locked, in milliseconds: others get on, and a free file is soon noticed. */
const SHORTEST_PAUSE = 2;
const LONGEST_PAUSE = 50;

/**
 * As `attempt`, which is tried again while another connection has locked the file; SQLite's own waiting would stop everything in
 * this process. Throws `Unavailable` if the file is not free in time.
 */
export async function whenUnlocked<T>(
  attempt: () => Promise<T>,
  timeout: number,
  isLockedBy: (error: unknown) => boolean = isLocked,
): Promise<T> {
  const end = performance.now() + timeout;
  for (let pause = SHORTEST_PAUSE; ; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
    try {
      return await attempt();
    } catch (error) {
      if (!isLockedBy(error)) throw error;
      if (performance.now() >= end)
        throw new Unavailable(`Another process has had the database file locked for ${timeout} milliseconds.`, {
          cause: error,
        });
      await delay(pause * (0.5 + Math.random() / 2));
    }
  }
}

/** Whether another connection has locked what is asked for, so that the same statement succeeds once it is free. */
function isLocked(error: unknown): boolean {
  const code = codeOf(error);
  // A snapshot that is out of date stays so.
  return hasCode(code, 'SQLITE_BUSY') && code !== 'SQLITE_BUSY_SNAPSHOT';
}

/** Whether another transaction has come between, so that the whole of this one has to be tried again. */
export function isConflict(error: unknown): boolean {
  return ['SQLITE_BUSY', 'SQLITE_LOCKED'].some((conflict) => hasCode(codeOf(error), conflict));
}

export function isDiskFault(error: unknown): boolean {
  return ['SQLITE_FULL', 'SQLITE_IOERR'].some((fault) => hasCode(codeOf(error), fault));
}

/**
 * As `work`, but throws `Unavailable` for whatever SQLite throws but faults of ours: most of it is over at another moment, or when the
 * operator has acted (O6).
 */
export async function unlessUnavailable<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw unavailableUnlessOurs(error);
  }
}

function unavailableUnlessOurs(error: unknown): unknown {
  const code = codeOf(error);
  if (code === null || OURS.some((ours) => hasCode(code, ours))) return error;
  const [, sentence = `The database refuses a statement: ${code}.`] =
    SENTENCES.find(([known]) => hasCode(code, known)) ?? [];
  return new Unavailable(sentence, { cause: error });
}

/** Extended codes begin with the one that they belong to. */
function hasCode(code: string | null, one: string): boolean {
  return code === one || (code?.startsWith(`${one}_`) ?? false);
}

/** Null for what is no error of SQLite. TypeORM wraps what the driver throws. */
function codeOf(error: unknown): string | null {
  const { driverError = error } = error as { driverError?: unknown };
  const { code } = (driverError ?? {}) as { code?: unknown };
  return typeof code === 'string' && code.startsWith('SQLITE_') ? code : null;
}
