import type { AccessRow } from '../../store/access-rows';

/** For how long a reading of a viewer's access may be relied on, in milliseconds. An answer that leaves later needs a new one (A8). */
export const ACCESS_HOLDS_FOR = 250;

type Access = Pick<AccessRow, 'id' | 'viewerId' | 'viewerRole' | 'viewerBillingRole' | 'viewerGrantExpiresAt'>;

/** What an answer was made with of somebody's access, and since when that is known. */
export class AccessBasis {
  private readonly read = new Map<string, Access>();
  private since = Infinity;
  private isMixed = false;

  /** @param askedAt when the statement was asked for: what it found may be as old as that. */
  note(rows: readonly (Access | null)[], askedAt: number): void {
    for (const row of rows) {
      // An answer to a viewer who is not a member is made with no permission.
      if (!row) continue;
      const key = keyOf(row);
      const before = this.read.get(key);
      if (before && !isSame(before, row)) this.isMixed = true;
      this.read.set(key, row);
      // A grant with an end may end at any moment, by a clock that is not this one.
      this.since = row.viewerGrantExpiresAt === null ? Math.min(this.since, askedAt) : -Infinity;
    }
  }

  isRecent(now: number): boolean {
    return !this.isMixed && now - this.since <= ACCESS_HOLDS_FOR;
  }

  async stillHolds(readAgain: (rows: readonly Access[]) => Promise<readonly (Access | null)[]>): Promise<boolean> {
    if (this.isMixed) return false;
    const rows = [...this.read.values()];
    const current = new Map((await readAgain(rows)).flatMap((row) => (row ? [[keyOf(row), row]] : [])));
    return rows.every((row) => isSame(row, current.get(keyOf(row))));
  }
}

/** Ids hold no space (I1). */
function keyOf({ id, viewerId }: Access): string {
  return `${id} ${viewerId}`;
}

function isSame(one: Access, other: Access | undefined): boolean {
  return other?.viewerBillingRole === one.viewerBillingRole && other.viewerRole === one.viewerRole;
}
