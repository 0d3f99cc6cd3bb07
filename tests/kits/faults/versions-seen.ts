/** What a subscriber was told, looked at as it comes: a long run has more events than memory. */
export class VersionsSeen {
  /** The last one; null before the first. */
  last: number | null = null;
  /** How often it was told that it has missed something. */
  gaps = 0;
  private newest: number[] = [];
  private hasJoinedAgain = false;

  /** What comes next is the current roster: what happened while they were no member is not theirs to know (A10). */
  joinsAgain(): void {
    this.hasJoinedAgain = this.last !== null;
  }

  /**
   * What is wrong with this one, in words, or null: each comes once and in order. A roster without a change tells of a gap, which may be
   * where more than `bound` changes came while the subscriber took none (L2).
   */
  take(version: number, isChange: boolean, bound: number): string | null {
    const { last, hasJoinedAgain } = this;
    const beginsAgain = hasJoinedAgain && last !== null && !isChange && version > last;
    const isGap = !hasJoinedAgain && last !== null && !isChange && version > last + bound;
    this.hasJoinedAgain = false;
    if (isGap) this.gaps += 1;
    this.last = version;
    this.newest = [...this.newest.slice(-9), version];
    const isNext = !hasJoinedAgain && isChange && version === (last ?? 0) + 1;
    return last === null || beginsAgain || isGap || isNext ? null : `was told ${this.newest.join(' ')}`;
  }
}
