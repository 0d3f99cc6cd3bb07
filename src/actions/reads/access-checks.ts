import type { AccessRow } from '../../store/access-rows';
import type { Membership } from '../../store/standings';
import { AccessBasis } from './access-basis';

/** Most pairs of user and organization that a back end may ask about at once (H2). */
export const MOST_CHECKS = 1_000;

type ReadAccess = (pairs: readonly Membership[]) => Promise<(AccessRow | null)[]>;

/** Looks at anybody's access for a host's back end (H2). What it finds is noted, and looked at again before a late answer leaves (A8). */
export class AccessChecks {
  private readonly basis = new AccessBasis();

  /** @param clock milliseconds that never run backwards. */
  constructor(
    private readonly read: ReadAccess,
    private readonly clock: () => number,
  ) {}

  /** In the order of the pairs; null for a user who is not a member, and where there is no such organization. */
  async ofEach(pairs: readonly Membership[]): Promise<(AccessRow | null)[]> {
    const askedAt = this.clock();
    const rows = pairs.length === 0 ? [] : await this.read(pairs);
    this.basis.note(rows, askedAt);
    return rows;
  }

  /** Whether those who were found have the access that they were found with. Asks nobody where it was read a moment ago. */
  holds(): true | Promise<boolean> {
    if (this.basis.isRecent(this.clock())) return true;
    return this.basis.stillHolds((rows) =>
      this.read(rows.map(({ id, viewerId }) => ({ organizationId: id, viewerId }))),
    );
  }
}
