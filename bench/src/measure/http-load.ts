import { connect, type Socket } from 'node:net';

export interface HttpLoad {
  readonly answered: number;
  readonly seconds: number;
  /** Milliseconds from a request to the end of its answer. */
  readonly latencies: readonly number[];
}

/** A POST of `body` to `path`, as bytes. */
export function requestBytes(path: string, token: string, body: unknown): Buffer {
  const text = JSON.stringify(body);
  return Buffer.from(
    `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nAccept: application/json\r\n` +
      `Authorization: Bearer ${token}\r\nContent-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
  );
}

/**
 * Sends requests over `connections` kept-alive connections, each with one request at a time, until `milliseconds` have passed:
 * each connection takes its own from `requestsOf` in turn, from the first again after the last. Bytes that are ready, and the least of an HTTP client: what the load costs is missing from the server where
 * they share a machine. Rejects where an answer is not 200.
 */
export async function loadOverHttp(
  port: number,
  requestsOf: (connection: number) => readonly Buffer[],
  connections: number,
  milliseconds: number,
): Promise<HttpLoad> {
  const latencies: number[] = [];
  const began = performance.now();
  await Promise.all(
    Array.from({ length: connections }, (_, connection) => {
      const requests = requestsOf(connection);
      let next = 0;
      const takeRequest = () => requests[next++ % requests.length]!;
      // What comes in pairs (add, remove) ends with a whole pair, so that the next round finds what this one found.
      const isEven = () => next % 2 === 0;
      return oneConnection(port, takeRequest, () => performance.now() >= began + milliseconds && isEven(), latencies);
    }),
  );
  return { answered: latencies.length, seconds: (performance.now() - began) / 1_000, latencies };
}

function oneConnection(
  port: number,
  takeRequest: () => Buffer,
  isOver: () => boolean,
  latencies: number[],
): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket: Socket = connect({ port, host: '127.0.0.1', noDelay: true });
    let sentAt = 0;
    let received: Buffer = Buffer.alloc(0);
    const send = () => {
      sentAt = performance.now();
      socket.write(takeRequest());
    };
    socket.on('connect', send);
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('A server closed a connection that was under load.')));
    socket.on('data', (chunk) => {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
      if (!isWhole(received)) return;
      if (received.toString('latin1', 9, 12) !== '200') {
        reject(new Error(`A server answered: ${received.toString('utf8', 0, 500)}`));
        socket.destroy();
        return;
      }
      received = Buffer.alloc(0);
      latencies.push(performance.now() - sentAt);
      if (!isOver()) return send();
      socket.removeAllListeners('close');
      socket.destroy();
      resolve();
    });
  });
}

const HEAD_END = Buffer.from('\r\n\r\n');

/** Whether the bytes hold all of an answer, by its length or, where it comes in chunks, by the last of them. */
export function isWhole(received: Buffer): boolean {
  const end = received.indexOf(HEAD_END);
  if (end === -1) return false;
  const head = received.toString('latin1', 0, end);
  const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
  if (length !== undefined) return received.length >= end + 4 + Number(length);
  return received.toString('latin1', received.length - 5) === '0\r\n\r\n';
}
