/**
 * The issuer's key set could not be fetched, or is none that tokens could be checked with. Whether the token is good
 * nobody can say, so this is not its bearer's fault (X1: nobody's business), and the same token may be accepted a
 * moment later. The `cause` is for the log.
 */
export class KeySetUnavailable extends Error {
  override readonly name = 'KeySetUnavailable';

  constructor(cause: unknown) {
    super('The key set for checking tokens is not available.', { cause });
  }
}
