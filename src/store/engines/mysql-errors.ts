import { Unavailable } from '../../domain/refusals';

/** What the driver says of an error, as far as it does. */
interface DriverError {
  readonly code?: string;
  readonly errno?: number;
  readonly fatal?: boolean;
  readonly message?: string;
  readonly sqlState?: string;
}

/** 1213 deadlock, 1020 MariaDB's snapshot conflict, 1062 two inserts of the same new row, 3101 a group of servers chose another. */
const CONFLICTS = new Set([1213, 1020, 1062, 3101]);

/** Somebody else holds a lock: 1205 it was waited for, or MariaDB was asked not to wait; 3572 MySQL was asked not to. */
const LOCKED = new Set([1205, 3572]);

/**
 * The connection leads to a server that does not take changes: 1290 and 1836 it is read-only, 1792 so is its transaction, 1036,
 * 1874 and 1881 so is its storage, 1047 and 3100 it is not part of its cluster, 3032 it is about to go. What such a server reads may be old.
 * 1046 the database was dropped: a new connection finds another one of that name.
 */
const WRONG_SERVER = new Set([1046, 1290, 1836, 1792, 1036, 1874, 1881, 1047, 3100, 3032]);

/**
 * The server has ended the connection: 1053 it shuts down, 1927 and 3169 killed, 4031 nobody used it for long, 1152, 1184 and 1158 to
 * 1161 it has lost it itself.
 */
const ENDED = new Set([1053, 1927, 3169, 4031, 1152, 1184, 1158, 1159, 1160, 1161]);
const LOST = new Set(['ECONNRESET', 'EPIPE', 'PROTOCOL_CONNECTION_LOST', 'PROTOCOL_ENQUEUE_AFTER_FATAL_ERROR']);

/** Nobody answers, or not in time. */
const AWAY = new Set([
  'ECONNREFUSED',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ER_CON_COUNT_ERROR',
  'ER_QUERY_INTERRUPTED',
]);

/** The connection cannot be encrypted, or the certificate is not the server's. */
const NOT_TRUSTED = new Set(['HANDSHAKE_SSL_ERROR', 'HANDSHAKE_NO_SSL_SUPPORT']);

/** The server has no room for what is written: it has undone the statement, and somebody has to make room. */
const FULL = new Set(['ER_DISK_FULL', 'ER_RECORD_FILE_FULL']);

/** Wrong statements, and values that do not fit: our own faults, which a retry does not fix. */
const OURS = new Set([
  ...[1048, 1052, 1054, 1064, 1110, 1136, 1146, 1149, 1176, 1210, 1241, 1242, 1264, 1265],
  ...[1292, 1305, 1364, 1365, 1366, 1406, 1451, 1452, 1690, 3140],
]);

/**
 * The same statement may still be sent as a text: 1461 the server keeps as many prepared as it may, 1243 it has forgotten this one, as
 * behind a proxy that has changed servers, 1615 its tables keep changing, 1295 it prepares none of that kind.
 */
const NOT_PREPARED = new Set([1461, 1243, 1615, 1295]);

/** TypeORM wraps what the driver throws, and so do we. */
function driverErrorOf(thrown: unknown): DriverError {
  const error = thrown instanceof Unavailable ? (thrown.cause ?? thrown) : thrown;
  const { driverError = error } = error as { driverError?: unknown };
  return driverError as DriverError;
}

export function isConflict(error: unknown): boolean {
  return CONFLICTS.has(driverErrorOf(error).errno ?? 0);
}

/** Whether a row is locked by somebody else. */
export function isLocked(error: unknown): boolean {
  return LOCKED.has(driverErrorOf(error).errno ?? 0);
}

/** Whether it failed because it was prepared. */
export function isNotPrepared(error: unknown): boolean {
  return NOT_PREPARED.has(driverErrorOf(error).errno ?? 0);
}

/** Whether the connection leads to a server that does not take changes. */
export function isWrongServer(error: unknown): boolean {
  return error instanceof ReadOnlyServer || WRONG_SERVER.has(driverErrorOf(error).errno ?? 0);
}

/** A server that says of itself that it is read-only. */
export class ReadOnlyServer extends Error {
  override readonly name = 'ReadOnlyServer';
}

/** Whether a connection that was open has ended. mysql2 marks as fatal what ends a connection; some of that has no code. */
export function isLost(error: unknown): boolean {
  const { code = '', errno = 0, fatal } = driverErrorOf(error);
  const isOfItself = AWAY.has(code) || NOT_TRUSTED.has(code) || code.startsWith('ER_');
  return LOST.has(code) || ENDED.has(errno) || (fatal === true && !isOfItself);
}

/** As `work` ends, but throws `Unavailable` where the server can't be reached, or was lost. */
export async function unlessUnreachable<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw unavailableIfUnreachable(error) ?? error;
  }
}

function unavailableIfUnreachable(error: unknown): Unavailable | null {
  const { code = '', message } = driverErrorOf(error);
  if (NOT_TRUSTED.has(code))
    return new Unavailable(`The connection to the database cannot be trusted: ${message}.`, { cause: error });
  if (isWrongServer(error)) return new Unavailable('The database that is reached takes no changes.', { cause: error });
  if (isLost(error) || AWAY.has(code)) return new Unavailable('The database cannot be reached.', { cause: error });
  return null;
}

/**
 * `Unavailable` for whatever the driver throws but faults of ours: most of what a server refuses is over at
 * another moment, or when the operator has acted (O6). Other errors come back as they are.
 */
export function unavailableUnlessOurs(error: unknown): unknown {
  const unreachable = unavailableIfUnreachable(error);
  if (unreachable) return unreachable;
  const { code = 'without a name', errno, sqlState } = driverErrorOf(error);
  if (FULL.has(code)) return new Unavailable('The database has no room left.', { cause: error });
  const isOfServer = errno !== undefined && sqlState !== undefined;
  if (!isOfServer || OURS.has(errno)) return error;
  return new Unavailable(`The database refuses to work: error ${errno}, ${code}.`, { cause: error });
}
