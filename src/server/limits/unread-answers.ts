import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { Backlog, UnreadBytes } from './unread-bytes';

/** The answers that wait on one connection: requests may come on it while nobody reads the answers to those before. */
class WaitingAnswers implements Backlog {
  count = 0;
  writableLength = 0;

  constructor(private readonly socket: Socket) {}

  get destroyed(): boolean {
    return this.socket.destroyed;
  }

  destroy(): void {
    this.socket.destroy();
  }
}

/**
 * Counts the answers over HTTP that clients leave unread with what they leave unread on sockets (X4). Node itself stops reading requests
 * from a connection once many answers wait on it, but has read hundreds by then. One answer alone may have any size.
 */
export function boundUnreadAnswers(app: FastifyInstance, unread: UnreadBytes): void {
  const waiting = new WeakMap<Socket, WaitingAnswers>();

  const answersOn = (socket: Socket): WaitingAnswers => {
    const answers = new WaitingAnswers(socket);
    waiting.set(socket, answers);
    // Those behind the first are not told that it has closed.
    socket.once('close', () => unread.forget(answers));
    return answers;
  };

  app.addHook('onSend', async ({ raw: { socket } }, reply, payload) => {
    const bytes = bytesOf(payload);
    if (bytes === 0) return;
    const answers = waiting.get(socket) ?? answersOn(socket);
    answers.count += 1;
    answers.writableLength += bytes;
    reply.raw.once('close', () => {
      answers.count -= 1;
      answers.writableLength -= bytes;
      if (answers.count === 0) unread.forget(answers);
    });
    unread.check(answers, answers.count > 1);
  });
}

/** A stream's bytes are read as they leave. */
function bytesOf(payload: unknown): number {
  if (typeof payload === 'string') return Buffer.byteLength(payload);
  return Buffer.isBuffer(payload) ? payload.length : 0;
}
