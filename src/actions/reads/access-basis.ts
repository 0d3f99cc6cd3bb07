import type { ViewedOrganization } from '../../store/standings';

/** For how long a reading of a viewer's access may be relied on, in milliseconds. An answer that leaves later needs a new one (A8). */
export const ACCESS_HOLDS_FOR = 250;

/** What an answer was made with of its viewer's access, and since when that is known. */
export class AccessBasis {
  private readonly read = new Map<string, ViewedOrganization>();
  private since = Infinity;
  private isMixed = false;

  /** @param askedAt when the statement was asked for: what it found may be as old as that. */
  note(rows: readonly (ViewedOrganization | null)[], askedAt: number): void {
    for (const row of rows) {
      // An answer to a viewer who is not a member is made with no permission.
      if (!row) continue;
      const before = this.read.get(row.id);
      if (before && !isSame(before, row)) this.isMixed = true;
      this.read.set(row.id, row);
      this.since = Math.min(this.since, askedAt);
    }
  }

  isRecent(now: number): boolean {
    return !this.isMixed && now - this.since <= ACCESS_HOLDS_FOR;
  }

  async stillHolds(readAgain: (organizationIds: readonly string[]) => Promise<readonly ViewedOrganization[]>) {
    if (this.isMixed) return false;
    const current = new Map((await readAgain([...this.read.keys()])).map((row) => [row.id, row]));
    return [...this.read.values()].every((row) => isSame(row, current.get(row.id)));
  }
}

function isSame(one: ViewedOrganization, other: ViewedOrganization | undefined): boolean {
  return other?.viewerStanding === one.viewerStanding && other.viewerRole === one.viewerRole;
}
