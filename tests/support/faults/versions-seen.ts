/** What a subscriber was told, looked at as it comes: a long run has more events than memory. */
export class VersionsSeen {
  /** The last one; null before the first. */
  last: number | null = null;
  /** How often it was told that it has missed something. */
  gaps = 0;
  private newest: number[] = [];

  /**
   * What is wrong with this one, in words, or null: each comes once and in order. A roster without a change tells of a gap, which may be
   * where more than `bound` changes came while the subscriber took none (L2).
   */
  take(version: number, isChange: boolean, bound: number): string | null {
    const { last } = this;
    const isGap = last !== null && !isChange && version > last + bound;
    if (isGap) this.gaps += 1;
    this.last = version;
    this.newest = [...this.newest.slice(-9), version];
    return last === null || isGap || (isChange && version === last + 1) ? null : `was told ${this.newest.join(' ')}`;
  }
}
