import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { loadOverHttp } from './http-load';
import type { ServerProcess } from './server-process';

/** Commands of the MySQL protocol that run a statement: COM_QUERY and COM_STMT_EXECUTE. */
const RUNS_STATEMENT = new Set([0x03, 0x17]);

/** Milliseconds of requests: before the counting, until every connection is there, and while it counts. */
const WARMING = 200;
const COUNTING = 400;

/** `statementsPerRequest` for each of the contenders. */
export async function countedFor(
  starts: Readonly<Record<string, (databaseUrl: string) => Promise<ServerProcess>>>,
  databaseUrl: string,
  requests: readonly Buffer[],
): Promise<Record<string, number>> {
  const counted: Record<string, number> = {};
  for (const [name, start] of Object.entries(starts))
    counted[name] = await statementsPerRequest(start, databaseUrl, requests);
  return counted;
}

/**
 * How many statements a server sends to a MySQL or MariaDB server for each request, START TRANSACTION and COMMIT among them: counted
 * on the wire, so that it is exact even if others use the database. `start` starts a server of the contender's own for it.
 */
async function statementsPerRequest(
  start: (databaseUrl: string) => Promise<ServerProcess>,
  databaseUrl: string,
  requests: readonly Buffer[],
): Promise<number> {
  const url = new URL(databaseUrl);
  const server = { host: url.hostname, port: Number(url.port || 3306), noDelay: true };
  let statements = 0;
  const open = new Set<Socket>();
  const proxy = createServer((client) => {
    const database = connect(server);
    const count = countingCommands(() => statements++);
    client.on('data', count);
    client.pipe(database).pipe(client);
    for (const socket of [client, database]) {
      open.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => open.delete(socket));
    }
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  url.hostname = '127.0.0.1';
  url.port = String((proxy.address() as AddressInfo).port);
  try {
    const contender = await start(url.href);
    try {
      await loadOverHttp(contender.port, () => requests, 1, WARMING);
      const before = statements;
      const { answered } = await loadOverHttp(contender.port, () => requests, 1, COUNTING);
      return (statements - before) / answered;
    } finally {
      await contender.stop();
    }
  } finally {
    for (const socket of open) socket.destroy();
    proxy.close();
  }
}

/** Takes what a client sends, in whatever pieces, and calls `onStatement` for each command that runs one. */
function countingCommands(onStatement: () => void): (chunk: Buffer) => void {
  /** Bytes of the present packet that are still to come, and the head of the next as far as it is there. */
  let rest = 0;
  let head = Buffer.alloc(0);
  return (chunk) => {
    let at = 0;
    while (at < chunk.length) {
      if (rest > 0) {
        const taken = Math.min(rest, chunk.length - at);
        rest -= taken;
        at += taken;
        continue;
      }
      // Three bytes of length, one that numbers the packet within its exchange (0: a command begins), and the command.
      const taken = Math.min(5 - head.length, chunk.length - at);
      head = Buffer.concat([head, chunk.subarray(at, at + taken)]);
      at += taken;
      if (head.length < 5) continue;
      if (head[3] === 0 && RUNS_STATEMENT.has(head[4]!)) onStatement();
      rest = head.readUIntLE(0, 3) - 1;
      head = Buffer.alloc(0);
    }
  };
}
