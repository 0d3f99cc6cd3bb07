import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

export const REQUEST_ID = 'x-request-id';

/** Nothing that could make two lines of one in whatever shows the log. */
const HARMLESS = /^[A-Za-z0-9._-]{1,64}$/;

/** The id of the request in the log: the id from its sender or proxy, so that both logs use the same one, or else a new id. */
export function requestIdOf({ headers }: IncomingMessage): string {
  const given = headers[REQUEST_ID];
  return typeof given === 'string' && HARMLESS.test(given) ? given : randomUUID();
}
