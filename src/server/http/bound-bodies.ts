import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { TurnBudget } from '../limits/turn-budget';
import type { UnfinishedBytes } from '../limits/unfinished-bytes';

/** Limits the memory of unfinished bodies (X4), and how much of them is read in one turn (X3). Fastify limits each. */
export function boundBodies(
  app: FastifyInstance,
  unfinished: UnfinishedBytes,
  turn: TurnBudget,
  addressOf: (request: IncomingMessage) => string,
): void {
  // Fastify begins to read in the same turn: nothing has been delivered by then.
  app.addHook('preParsing', (request, _reply, payload, done) => {
    const { raw } = request;
    if (!raw.complete) {
      const body = unfinished.begin(addressOf(raw), () => raw.socket.destroy());
      const end = () => unfinished.end(body);
      payload.on('data', ({ length }: Buffer) => {
        unfinished.grow(body, length);
        turn.take(length, payload);
      });
      payload.once('end', end).once('error', end).once('close', end);
    }
    done(null, payload);
  });
}
