import { randomBytes } from 'node:crypto';

/** An id that nobody guesses (192 bits): whoever knows a page's may use the page. */
export function randomId(prefix: string): string {
  return `${prefix}_${randomBytes(24).toString('base64url')}`;
}
