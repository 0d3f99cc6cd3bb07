/** RFC 7518, section 3.2: the key of HS256 has at least the size of the hash. */
const LEAST_BYTES = 32;

/**
 * Imports a secret, taken as UTF-8 text and never decoded from base64 or hex, as a key that can do `usage` and cannot
 * be read back.
 * @throws RangeError where the secret has fewer than 32 bytes.
 */
export async function importHs256Key(secret: string, usage: 'sign' | 'verify') {
  const bytes = new TextEncoder().encode(secret);
  if (bytes.length < LEAST_BYTES) {
    throw new RangeError(`A secret for HS256 has at least ${LEAST_BYTES} bytes; this one has ${bytes.length}.`);
  }
  return crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, [usage]);
}
