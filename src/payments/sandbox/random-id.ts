import { randomBytes } from 'node:crypto';

/** An id that cannot be guessed (192 bits): it is the permission to use its page. */
export function randomId(prefix: string): string {
  return `${prefix}_${randomBytes(24).toString('base64url')}`;
}
