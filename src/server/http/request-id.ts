import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

export const REQUEST_ID = 'x-request-id';

/** Nothing that could make two lines of one in whatever shows the log. */
const HARMLESS = /^[A-Za-z0-9._-]{1,64}$/;

/** What the log calls the request: as whoever sent or passed it on calls it, so that both logs tell of the same; else a new name. */
export function requestIdOf({ headers }: IncomingMessage): string {
  const given = headers[REQUEST_ID];
  return typeof given === 'string' && HARMLESS.test(given) ? given : randomUUID();
}
