import DataLoader from 'dataloader';
import type { AccessRequestRow } from '../../store/access-requests';
import { openAccessRequestsOf } from '../../store/access-requests';
import type { PlainReader } from '../../store/database';
import type { PersonKey } from '../../store/people';
import type { Roster } from '../../store/rosters';
import { allMembershipsOf, type Membership } from '../../store/memberships';
import { type UserRow, usersById } from '../../store/users';
import type { MembershipWithRoster } from '../../store/memberships-with-rosters';
import { AccessBasis } from './access-basis';
import { AccessChecks } from './access-checks';
import { inOrder } from './in-order';
import { type PersonLoader, personLoader } from './person-loader';

/**
 * What one operation looks up, each thing once however many fields ask. It is made for one operation or one event and
 * dropped with it: rows that live longer would be stale (A8).
 */
export interface OperationReads {
  /** The organization and what the viewer is to it; null where they are no member, or it does not exist. */
  readonly viewed: DataLoader<string, Membership | null>;
  /** As `viewed`, where the roster will be asked for too: both are read at once. */
  viewedWithRoster(organizationId: string): Promise<Membership | null>;
  /** What has been read already, for who need not wait then; undefined where it has not. */
  viewedNow(organizationId: string): Membership | null | undefined;
  rosterNow(organizationId: string): Roster | null | undefined;
  /** All organizations that the viewer belongs to; from then on `viewed` knows them. */
  viewedByMembership(): Promise<readonly Membership[]>;
  readonly roster: DataLoader<string, Roster | null>;
  /** Somebody as an organization shows them: whoever it knows of is read in no other way (A10). */
  readonly person: PersonLoader;
  /** The viewer's own profile, in whichever organizations they are; null where the directory does not know them. */
  ownProfile(): Promise<UserRow | null>;
  /** The viewer's own open request for billing access. */
  readonly openRequest: DataLoader<string, AccessRequestRow | null>;
  /** Anybody's access, for a host's back end. */
  readonly checks: AccessChecks;
  /** Reads that know nothing yet, for the rest of the same answer: the access that it was made with so far stays noted. */
  renewed(): OperationReads;
  /** Whether the viewer's access, and all that `checks` found, is what the answer was made with (A8). Asks nobody where it was read a moment ago. */
  accessHolds(): true | Promise<boolean>;
}

/** Where the things come from that many viewers may ask for at once; the rest is read for the viewer alone. */
export interface SharedReads {
  viewed(organizationIds: readonly string[], viewerId: string): Promise<readonly Membership[]>;
  viewedWithRoster(organizationId: string, viewerId: string): Promise<MembershipWithRoster | null>;
  rosters(organizationIds: readonly string[]): Promise<readonly Roster[]>;
  /** In the order of the keys. */
  people(keys: readonly PersonKey[]): Promise<(UserRow | null)[]>;
}

/** @param clock milliseconds that never run backwards. */
export function createOperationReads(
  reader: PlainReader,
  viewerId: string | null,
  shared: SharedReads,
  clock: () => number,
): OperationReads {
  return new ReadsOfOperation(reader, viewerId, shared, clock, new AccessBasis());
}

/** Each loader is made when it is first asked for: most operations need few of them, and a subscription none that stays. */
class ReadsOfOperation implements OperationReads {
  private viewedKnown: Map<string, Membership | null> | undefined;
  private rosterKnown: Map<string, Roster | null> | undefined;
  private viewedLoader: DataLoader<string, Membership | null> | undefined;
  private rosterLoader: DataLoader<string, Roster | null> | undefined;
  private loaderOfPeople: PersonLoader | undefined;
  private profile: Promise<UserRow | null> | undefined;
  private requestLoader: DataLoader<string, AccessRequestRow | null> | undefined;
  private accessChecks: AccessChecks | undefined;
  /** What `viewed` has been asked for. */
  private asked: Map<string, Promise<Membership | null>> | undefined;
  /** Organizations that are asked for with their rosters in this turn of the event loop. */
  private together: string[] = [];
  private reading: Promise<void> | null = null;

  constructor(
    private readonly reader: PlainReader,
    private readonly viewerId: string | null,
    private readonly shared: SharedReads,
    private readonly clock: () => number,
    private readonly basis: AccessBasis,
  ) {}

  get viewed(): DataLoader<string, Membership | null> {
    this.asked ??= new Map();
    return (this.viewedLoader ??= new DataLoader((ids) => this.readViewed(ids), { cacheMap: this.asked }));
  }

  get roster(): DataLoader<string, Roster | null> {
    return (this.rosterLoader ??= new DataLoader((ids) => this.readRosters(ids)));
  }

  get person(): PersonLoader {
    return (this.loaderOfPeople ??= personLoader((keys) => this.shared.people(keys)));
  }

  get openRequest(): DataLoader<string, AccessRequestRow | null> {
    return (this.requestLoader ??= new DataLoader(async (ids) =>
      this.viewerId === null
        ? ids.map(() => null)
        : inOrder(ids, await openAccessRequestsOf(this.reader, ids, this.viewerId), (row) => row.organizationId),
    ));
  }

  get checks(): AccessChecks {
    return (this.accessChecks ??= new AccessChecks(this.reader, this.clock));
  }

  ownProfile(): Promise<UserRow | null> {
    return (this.profile ??= this.readOwnProfile());
  }

  viewedWithRoster(id: string): Promise<Membership | null> {
    // Somebody has asked already, and the roster is read when it is asked for.
    if (this.asked?.has(id)) return this.viewed.load(id);
    this.together.push(id);
    this.reading ??= this.readTogether();
    const found = this.reading.then(() => this.viewedNow(id) ?? null);
    this.viewed.prime(id, found);
    return found;
  }

  viewedNow(id: string): Membership | null | undefined {
    return this.viewedKnown?.get(id);
  }

  rosterNow(id: string): Roster | null | undefined {
    return this.rosterKnown?.get(id);
  }

  async viewedByMembership(): Promise<readonly Membership[]> {
    const askedAt = this.clock();
    const rows = this.viewerId === null ? [] : await allMembershipsOf(this.reader, this.viewerId);
    this.noteViewed(
      rows.map(({ id }) => id),
      rows,
      askedAt,
    );
    for (const row of rows) this.viewed.prime(row.id, row);
    return rows;
  }

  renewed(): OperationReads {
    return new ReadsOfOperation(this.reader, this.viewerId, this.shared, this.clock, this.basis);
  }

  accessHolds(): true | Promise<boolean> {
    const own = this.ownAccessHolds();
    const others = this.accessChecks?.holds() ?? true;
    if (own === true || others === true) return own === true ? others : own;
    return Promise.all([own, others]).then((all) => all.every(Boolean));
  }

  private ownAccessHolds(): true | Promise<boolean> {
    const { basis, shared, viewerId } = this;
    if (viewerId === null || basis.isRecent(this.clock())) return true;
    return basis.stillHolds((rows) =>
      shared.viewed(
        rows.map(({ id }) => id),
        viewerId,
      ),
    );
  }

  private async readOwnProfile(): Promise<UserRow | null> {
    const [profile] = this.viewerId === null ? [] : await usersById(this.reader, [this.viewerId]);
    return profile ?? null;
  }

  private async readViewed(ids: readonly string[]): Promise<(Membership | null)[]> {
    const askedAt = this.clock();
    const rows = this.viewerId === null ? [] : await this.shared.viewed(ids, this.viewerId);
    return this.noteViewed(
      ids,
      inOrder(ids, rows, (row) => row.id),
      askedAt,
    );
  }

  private async readRosters(ids: readonly string[]): Promise<(Roster | null)[]> {
    if (ids.length === 0) return [];
    return this.noteRosters(
      ids,
      inOrder(ids, await this.shared.rosters(ids), (row) => row.organizationId),
    );
  }

  private async readTogether(): Promise<void> {
    // One field of an operation asks after the other, and all of them in this turn.
    await Promise.resolve();
    const ids = this.together;
    this.together = [];
    this.reading = null;
    const [id] = ids;
    if (ids.length > 1 || id === undefined || this.viewerId === null) {
      const viewed = await this.readViewed(ids);
      // Only where the viewer is a member: a stranger would see by the time that there is a roster to read (A9).
      await this.readRosters(ids.filter((_, index) => viewed[index]));
    } else {
      const askedAt = this.clock();
      const found = await this.shared.viewedWithRoster(id, this.viewerId);
      this.noteViewed([id], [found && found.membership], askedAt);
      this.noteRosters([id], [found && found.roster]);
    }
  }

  private noteViewed(ids: readonly string[], rows: (Membership | null)[], askedAt: number) {
    this.basis.note(rows, askedAt);
    this.viewedKnown ??= new Map<string, Membership | null>();
    return noted(this.viewedKnown, ids, rows);
  }

  private noteRosters(ids: readonly string[], rows: (Roster | null)[]) {
    this.rosterKnown ??= new Map<string, Roster | null>();
    return noted(this.rosterKnown, ids, rows);
  }
}

function noted<Row>(known: Map<string, Row | null>, ids: readonly string[], rows: (Row | null)[]): (Row | null)[] {
  ids.forEach((id, index) => known.set(id, rows[index] ?? null));
  return rows;
}
