import {
  type AccessRow,
  accessOfEach,
  firstOwnersOf,
  type MemberAccessRow,
  membersWithBillingRoles,
  organizationsWithBillingRoles,
} from '../../store/access-rows';
import type { PlainReader } from '../../store/database';
import type { MembershipKey } from '../../store/memberships';
import { AccessBasis } from './access-basis';

/** Most pairs of user and organization that a back end may ask about at once (H2). */
export const MOST_CHECKS = 1_000;

type ReadOne = (pair: MembershipKey) => Promise<AccessRow | null>;

/** A function of the store, for what comes after its reader. */
type Rest<Read> = Read extends (reader: never, ...rest: infer Args) => unknown ? Args : never;

/** Looks at anybody's access for a host's back end (H2). What it finds is noted, and looked at again before a late answer leaves (A8). */
export class AccessChecks {
  private readonly basis = new AccessBasis();

  /**
   * @param clock milliseconds that never run backwards.
   * @param readOne reads one pair together with those of other requests, where these share a statement.
   */
  constructor(
    private readonly reader: PlainReader,
    private readonly clock: () => number,
    private readonly readOne: ReadOne | null = null,
  ) {}

  /** In the order of the pairs; null for a user who is not a member, and where there is no such organization. */
  ofEach(pairs: readonly MembershipKey[]): Promise<(AccessRow | null)[]> {
    return this.noted(() => this.read(pairs));
  }

  membersWithBillingRoles(...asked: Rest<typeof membersWithBillingRoles>): Promise<MemberAccessRow[]> {
    return this.noted(() => membersWithBillingRoles(this.reader, ...asked));
  }

  organizationsWithBillingRoles(...asked: Rest<typeof organizationsWithBillingRoles>): Promise<AccessRow[]> {
    return this.noted(() => organizationsWithBillingRoles(this.reader, ...asked));
  }

  /** Whom somebody can ask: no answer depends on it. */
  firstOwnersOf(...asked: Rest<typeof firstOwnersOf>): ReturnType<typeof firstOwnersOf> {
    return firstOwnersOf(this.reader, ...asked);
  }

  /** Whether those who were found have the access that they were found with. Asks nobody where it was read a moment ago. */
  holds(): true | Promise<boolean> {
    if (this.basis.isRecent(this.clock())) return true;
    return this.basis.stillHolds((rows) =>
      this.read(rows.map(({ id, viewerId }) => ({ organizationId: id, viewerId }))),
    );
  }

  private async read(pairs: readonly MembershipKey[]): Promise<(AccessRow | null)[]> {
    const [pair] = pairs;
    if (pair && pairs.length === 1 && this.readOne) return [await this.readOne(pair)];
    return accessOfEach(this.reader, pairs);
  }

  private async noted<Row extends AccessRow | null>(read: () => Promise<Row[]>): Promise<Row[]> {
    const askedAt = this.clock();
    const rows = await read();
    this.basis.note(rows, askedAt);
    return rows;
  }
}
