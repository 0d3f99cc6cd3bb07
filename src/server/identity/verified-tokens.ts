import type { Viewer } from '../../domain/viewer';

/** Characters of all tokens that are kept: some ten thousand of the usual length. */
const MOST_CHARACTERS = 8 * 1024 * 1024;

interface Kept {
  readonly viewer: Viewer;
  readonly keysAsOf: number;
  readonly verifiedAt: number;
}

/**
 * Tokens that have been verified, so that a signature is checked once and not for each request. One is only ever taken as
 * verified by the keys that are in force now, and never past its `exp`; the oldest go when there are too many.
 */
export class VerifiedTokens {
  private readonly kept = new Map<string, Kept>();
  private characters = 0;

  /** The bearer of a token that the keys as of `keysAsOf` have verified, or null if it has to be verified (again). */
  find(token: string, keysAsOf: number): Viewer | null {
    const found = this.kept.get(token);
    if (!found) return null;
    const now = Date.now();
    // A clock that was set back may have gone behind the token's `nbf`.
    const holds = found.keysAsOf === keysAsOf && found.viewer.expiresAt > now && found.verifiedAt <= now;
    if (holds) return found.viewer;
    this.forget(token);
    return null;
  }

  keep(token: string, viewer: Viewer, keysAsOf: number): void {
    this.forget(token);
    this.kept.set(token, { viewer, keysAsOf, verifiedAt: Date.now() });
    this.characters += token.length;
    for (const oldest of this.kept.keys()) {
      if (this.characters <= MOST_CHARACTERS) return;
      this.forget(oldest);
    }
  }

  private forget(token: string): void {
    if (this.kept.delete(token)) this.characters -= token.length;
  }
}
