import type { BillingRole } from '../../../src/domain/access/permissions';
import type { LogPosition } from '../../../src/domain/log/log-position';
import { LOG_KINDS, type LogKind } from '../../../src/domain/log/kinds';
import type { LogEntry } from '../../../src/store/log/log-entries';
import type { OrganizationRow } from '../../../src/store/organizations';
import type { Roster } from '../../../src/store/rosters';
import type { JoinedMembership, MemberAccess } from '../../../src/store/memberships';

/** What a viewer was to the organization from a moment on. */
interface RoleSince {
  readonly at: number;
  readonly role: BillingRole | null;
  readonly joinedVersion: number;
  readonly joinedSequence: number;
}

/** One organization in memory: its log, its members, and all that they have ever been. */
export class World {
  readonly id = 'acme';
  sequence = 0;
  version = 0;
  ledgerSequence = 0;
  isRemoved = false;
  readonly entries: LogEntry[] = [];
  /** Up to where the ledger was when each entry was written, by sequence. */
  private readonly ledgerAt: number[] = [0];
  private readonly histories = new Map<string, RoleSince[]>();
  /** Of whom the log does not say where they joined. */
  readonly joinedUnknown = new Set<string>();
  private readonly rosters = new Map<number, Roster>();

  constructor(
    private readonly now: () => number,
    private readonly notify: (position: LogPosition) => void,
  ) {}

  get position(): LogPosition {
    const { id, sequence, version, ledgerSequence } = this;
    return { organizationId: id, sequence, version, ledgerSequence };
  }

  get row(): OrganizationRow {
    return { ...this.position, id: this.id } as unknown as OrganizationRow;
  }

  roleOf(viewerId: string): BillingRole | null {
    return this.isRemoved ? null : (this.histories.get(viewerId)?.at(-1)?.role ?? null);
  }

  /** What the viewer has been since a moment, the oldest first. */
  rolesSince(viewerId: string, moment: number): readonly RoleSince[] {
    const history = this.histories.get(viewerId) ?? [];
    return history.filter((_, index) => (history[index + 1]?.at ?? Infinity) >= moment);
  }

  memberAccess(viewerId: string): MemberAccess | null {
    const last = this.histories.get(viewerId)?.at(-1);
    if (!last?.role || this.isRemoved) return null;
    const { role, joinedVersion, joinedSequence } = last;
    const isKnown = !this.joinedUnknown.has(viewerId);
    return {
      viewerBillingRole: role,
      viewerGrantExpiresAt: null,
      viewerJoinedVersion: isKnown ? joinedVersion : null,
      viewerJoinedSequence: isKnown ? joinedSequence : null,
    };
  }

  viewedBy(viewerId: string): JoinedMembership | null {
    const access = this.memberAccess(viewerId);
    return access && ({ ...this.row, ...access, viewerId } as JoinedMembership);
  }

  /** The same object for the same version, as those find who ask in one statement. */
  get roster(): Roster | null {
    if (this.isRemoved) return null;
    const roster =
      this.rosters.get(this.version) ?? ({ organizationId: this.id, version: this.version } as unknown as Roster);
    this.rosters.set(this.version, roster);
    return roster;
  }

  /** Somebody has another name: the same version of the roster reads differently from here on. */
  renames(): void {
    this.rosters.clear();
  }

  ledgerKnownAfter(sequence: number): number {
    return this.ledgerAt[sequence] ?? 0;
  }

  /** A roster change: `role` is what the viewer is from then on. */
  changes(viewerId: string, role: BillingRole | null): boolean {
    const before = this.roleOf(viewerId);
    if (this.isRemoved || before === role) return false;
    const kind = kindOf(before, role);
    this.append(kind, viewerId);
    const last = this.histories.get(viewerId)?.at(-1);
    const joined = before === null;
    this.note(viewerId, {
      at: this.now(),
      role,
      joinedVersion: joined ? this.version : last!.joinedVersion,
      joinedSequence: joined ? this.sequence : last!.joinedSequence,
    });
    this.notify(this.position);
    return true;
  }

  /** An entry that is no roster change. */
  logs(kind: LogKind, subjectId: string | null = null): void {
    if (this.isRemoved) return;
    this.append(kind, subjectId);
    this.notify(this.position);
  }

  /** Usage writes the ledger, and no entry. */
  uses(): void {
    if (this.isRemoved) return;
    this.ledgerSequence += 1;
    this.notify(this.position);
  }

  removes(): void {
    if (this.isRemoved) return;
    for (const viewerId of this.histories.keys())
      if (this.roleOf(viewerId))
        this.note(viewerId, { ...this.histories.get(viewerId)!.at(-1)!, at: this.now(), role: null });
    this.isRemoved = true;
    this.notify({ ...this.position, sequence: this.sequence + 1, isRemoved: true });
  }

  private append(kind: LogKind, subjectId: string | null): void {
    const { rosterChange } = LOG_KINDS[kind];
    this.sequence += 1;
    if (rosterChange) this.version += 1;
    this.ledgerAt[this.sequence] = this.ledgerSequence;
    this.entries.push({
      organizationId: this.id,
      sequence: this.sequence,
      version: rosterChange ? this.version : null,
      kind,
      subjectId,
      actorId: null,
      details: {},
      occurredAt: this.now(),
    });
  }

  private note(viewerId: string, role: RoleSince): void {
    this.histories.set(viewerId, [...(this.histories.get(viewerId) ?? []), role]);
  }
}

function kindOf(before: BillingRole | null, role: BillingRole | null): LogKind {
  if (before === null) return 'TEAMMATE_JOINED';
  if (role === null) return 'TEAMMATE_LEFT';
  if (role === 'OWNER') return 'OWNER_ADDED';
  if (before === 'OWNER') return 'OWNER_REMOVED';
  return role === 'BILLING_ADMIN' ? 'ADMIN_ADDED' : 'ADMIN_REMOVED';
}
