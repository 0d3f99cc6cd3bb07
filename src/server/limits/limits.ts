/** The limits of the service (X3, L7), which the operator may set. */
export type Limits = Readonly<Record<keyof typeof LIMITS, number>>;

const MEBIBYTE = 1024 * 1024;

/** No limit of a rate: nobody reaches it in a minute. */
const ANY_RATE = 1_000_000_000;

/** For each limit its variable, what the variable takes, the least and the most of it, and the default. */
export const LIMITS = {
  bodyBytes: [
    'BODY_LIMIT',
    "a number of bytes, for a request's body and a socket's message",
    1_024,
    64 * MEBIBYTE,
    MEBIBYTE,
  ],
  tokens: ['DOCUMENT_TOKEN_LIMIT', 'a number of lexical tokens of a document', 100, 100_000, 2_000],
  depth: ['DOCUMENT_DEPTH_LIMIT', 'a number of levels of a document', 5, 100, 15],
  aliases: ['DOCUMENT_ALIAS_LIMIT', 'a number of aliases in a document', 0, 10_000, 50],
  directives: ['DOCUMENT_DIRECTIVE_LIMIT', 'a number of directives in a document', 0, 10_000, 50],
  cost: [
    'OPERATION_COST_LIMIT',
    'the cost of an operation, about the number of fields in its answer',
    100,
    10_000_000,
    10_000,
  ],
  serviceCost: [
    'SERVICE_COST_LIMIT',
    "the cost of an operation with a back end's token, of which batches may be large",
    100,
    10_000_000,
    200_000,
  ],
  liveCost: [
    'LIVE_COST_LIMIT',
    'the cost of one event in all live operations of a user together',
    100,
    1_000_000_000,
    1_000_000,
  ],
  userRate: ['USER_RATE_LIMIT', 'operations of a user in a minute', 1, ANY_RATE, 1_200],
  serviceRate: ['SERVICE_RATE_LIMIT', "operations of a back end's token in a minute", 1, ANY_RATE, 600_000],
  addressRate: ['ADDRESS_RATE_LIMIT', 'requests from an address in a minute', 1, ANY_RATE, 30_000],
  socketOperations: ['SOCKET_OPERATION_LIMIT', 'operations that run on a socket at the same time', 1, 10_000, 100],
  socketMessages: ['SOCKET_MESSAGE_LIMIT', 'messages that come on a socket in a second', 10, 100_000, 200],
  socketUnread: [
    'SOCKET_UNREAD_LIMIT',
    'bytes that wait for a client to read them',
    65_536,
    1_024 * MEBIBYTE,
    16 * MEBIBYTE,
  ],
  unread: [
    'UNREAD_LIMIT',
    'bytes that wait for all clients together to read them',
    MEBIBYTE,
    64 * 1_024 * MEBIBYTE,
    256 * MEBIBYTE,
  ],
  unfinished: [
    'UNFINISHED_LIMIT',
    "bytes of requests' bodies and of sockets' messages of which the end has not come yet, half for each",
    MEBIBYTE,
    64 * 1_024 * MEBIBYTE,
    128 * MEBIBYTE,
  ],
  userHeld: [
    'USER_HELD_LIMIT',
    'bytes of documents and variables that the operations on all sockets of a user hold',
    65_536,
    1_024 * MEBIBYTE,
    32 * MEBIBYTE,
  ],
  held: [
    'HELD_LIMIT',
    'bytes of documents and variables that all operations on sockets hold',
    MEBIBYTE,
    64 * 1_024 * MEBIBYTE,
    256 * MEBIBYTE,
  ],
  connections: [
    'CONNECTION_LIMIT',
    'connections of an instance, as far as the process may open files',
    2,
    1_000_000,
    100_000,
  ],
  addressConnections: [
    'ADDRESS_CONNECTION_LIMIT',
    'connections from an address, and half of all at most',
    1,
    1_000_000,
    10_000,
  ],
  requestTimeout: ['REQUEST_TIMEOUT', 'seconds until a request has come whole', 1, 600, 30],
  socketInit: ['SOCKET_INIT_TIMEOUT', 'seconds that connection_init may take', 1, 60, 10],
  userSockets: ['USER_SOCKET_LIMIT', 'sockets of a user', 1, 1_000_000, 100],
  addressSockets: ['ADDRESS_SOCKET_LIMIT', 'sockets from an address that have not signed in yet', 1, 1_000_000, 1_000],
  keySetQueue: [
    'KEY_SET_QUEUE_LIMIT',
    'tokens that wait for the key set, a tenth of them from one address',
    10,
    100_000,
    1_000,
  ],
  databaseQueue: ['DATABASE_QUEUE_LIMIT', 'calls that wait for a connection to the database', 1, 100_000, 1_000],
  databaseQueueTimeout: [
    'DATABASE_QUEUE_TIMEOUT',
    'milliseconds that one may wait for the database in which nothing of the same user or organization begins',
    10,
    60_000,
    5_000,
  ],
  databaseStatement: [
    'DATABASE_STATEMENT_TIMEOUT',
    'milliseconds that a statement may take on a MySQL or MariaDB server',
    // Longer than a statement waits for a lock.
    3_000,
    600_000,
    15_000,
  ],
} as const satisfies Record<
  string,
  readonly [variable: string, takes: string, least: number, most: number, otherwise: number]
>;

/** Reads each limit with `read`, which knows a variable's value, or undefined if it is not set. */
export function readLimits(
  read: (variable: string, takes: string, least: number, most: number) => number | undefined,
): Limits {
  const entries = Object.entries(LIMITS).map(([limit, [variable, takes, least, most, otherwise]]) => [
    limit,
    read(variable, `${takes}, ${least} to ${most}`, least, most) ?? otherwise,
  ]);
  return Object.fromEntries(entries) as Limits;
}
