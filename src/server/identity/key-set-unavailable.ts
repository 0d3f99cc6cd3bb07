/**
 * The issuer's key set could not be fetched, or is not usable. It is not known whether the token is valid, so this is not
 * its bearer's fault (X1), and the same token may be accepted a moment later. The `cause` is for the log.
 */
export class KeySetUnavailable extends Error {
  override readonly name = 'KeySetUnavailable';

  constructor(cause: unknown) {
    super('The key set for checking tokens is not available.', { cause });
  }
}
