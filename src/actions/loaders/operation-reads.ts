import DataLoader from 'dataloader';
import type { AccessRequestRow, EndedRequest } from '../../store/access-requests';
import { lastEndedRequests, openAccessRequestsOf } from '../../store/access-requests';
import { type CreditTerms, creditTermsOf } from '../../store/credit-terms';
import type { BillingDetailsRow } from '../../store/billing-details';
import type { PlainReader } from '../../store/database';
import type { PersonKey } from '../../store/people';
import type { Roster } from '../../store/rosters';
import { allMembershipsOf, type Membership } from '../../store/memberships';
import { type UserRow, usersById } from '../../store/users';
import type { MembershipWithRoster } from '../../store/memberships-with-rosters';
import { AccessBasis } from './access-basis';
import { billingDetailsLoader } from './billing-details-loader';
import { AccessChecks } from './access-checks';
import { DirectoryReads } from './directory-reads';
import { inOrder } from './in-order';
import { type PersonLoader, personLoader } from './person-loader';

/**
 * What one operation or one event reads, each thing once however many fields ask. It is made for that and dropped with it: rows that live
 * longer would be stale (A8).
 */
export interface OperationReads {
  /** The organization and what the viewer is to it; null where they are no member, or it does not exist. */
  readonly viewed: DataLoader<string, Membership | null>;
  /**
   * As `viewed`, with the roster of the same moment in one statement. From then on `viewed` and `roster` know them. The roster is undefined if
   * `viewed` was asked before: it is read when a field asks for it.
   */
  viewedWithRoster(organizationId: string): Promise<ViewedWithRoster | null>;
  /** All organizations that the viewer belongs to; from then on `viewed` knows them. */
  viewedByMembership(): Promise<readonly Membership[]>;
  readonly roster: DataLoader<string, Roster | null>;
  /** A person as an organization shows them. People are read in no other way (A10). */
  readonly person: PersonLoader;
  /** The viewer's own profile, in whichever organizations they are; null where the directory does not know them. */
  ownProfile(): Promise<UserRow | null>;
  /** The viewer's own open request for billing access. */
  readonly openRequest: DataLoader<string, AccessRequestRow | null>;
  /** When the viewer's own requests were last declined or withdrawn. */
  readonly endedRequest: DataLoader<string, EndedRequest | null>;
  /** What is known of an organization's credits beyond the balance. */
  readonly creditTerms: DataLoader<string, CreditTerms | null>;
  /** What the payment provider last told of the organization; null where it has never known it. */
  readonly billingDetails: DataLoader<string, BillingDetailsRow | null>;
  /** Anybody's access, for a host's back end. */
  readonly checks: AccessChecks;
  /** What a host's back end reads back. */
  readonly directory: DirectoryReads;
  /** Reads that know nothing yet, for the rest of the same answer: the access that it was made with so far stays noted. */
  renewed(): OperationReads;
  /** Whether the viewer's access, and all that `checks` found, is what the answer was made with (A8). Asks nobody where it was read a moment ago. */
  accessHolds(): true | Promise<boolean>;
}

export type ViewedWithRoster = Pick<MembershipWithRoster, 'membership'> & Partial<Pick<MembershipWithRoster, 'roster'>>;

/** Reads that many viewers may share. All others are for one viewer. */
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
  /** What `viewed` has been asked for, and what with its roster. */
  private readonly asked = new Map<string, Promise<Membership | null>>();
  private readonly askedWithRoster = new Map<string, Promise<MembershipWithRoster | null>>();
  private viewedLoader: DataLoader<string, Membership | null> | undefined;
  private withRosterLoader: DataLoader<string, MembershipWithRoster | null> | undefined;
  private rosterLoader: DataLoader<string, Roster | null> | undefined;
  private loaderOfPeople: PersonLoader | undefined;
  private profile: Promise<UserRow | null> | undefined;
  private requestLoader: DataLoader<string, AccessRequestRow | null> | undefined;
  private endedRequestLoader: DataLoader<string, EndedRequest | null> | undefined;
  private creditTermsLoader: DataLoader<string, CreditTerms | null> | undefined;
  private detailsLoader: DataLoader<string, BillingDetailsRow | null> | undefined;
  private accessChecks: AccessChecks | undefined;
  private readsOfDirectory: DirectoryReads | undefined;

  constructor(
    private readonly reader: PlainReader,
    private readonly viewerId: string | null,
    private readonly shared: SharedReads,
    private readonly clock: () => number,
    private readonly basis: AccessBasis,
  ) {}

  get viewed(): DataLoader<string, Membership | null> {
    return (this.viewedLoader ??= new DataLoader((ids) => this.readViewed(ids), { cacheMap: this.asked }));
  }

  get roster(): DataLoader<string, Roster | null> {
    return (this.rosterLoader ??= new DataLoader((ids) => this.readRosters(ids)));
  }

  get person(): PersonLoader {
    return (this.loaderOfPeople ??= personLoader((keys) => this.shared.people(keys)));
  }

  get openRequest(): DataLoader<string, AccessRequestRow | null> {
    return (this.requestLoader ??= this.loaderOfViewer((ids, viewerId) =>
      openAccessRequestsOf(this.reader, ids, viewerId),
    ));
  }

  get endedRequest(): DataLoader<string, EndedRequest | null> {
    return (this.endedRequestLoader ??= this.loaderOfViewer((ids, viewerId) =>
      lastEndedRequests(this.reader, ids, viewerId),
    ));
  }

  get creditTerms(): DataLoader<string, CreditTerms | null> {
    return (this.creditTermsLoader ??= new DataLoader(async (ids) =>
      inOrder(ids, await creditTermsOf(this.reader, ids), (row) => row.organizationId),
    ));
  }

  get billingDetails(): DataLoader<string, BillingDetailsRow | null> {
    return (this.detailsLoader ??= billingDetailsLoader(this.reader));
  }

  get checks(): AccessChecks {
    return (this.accessChecks ??= new AccessChecks(this.reader, this.clock));
  }

  get directory(): DirectoryReads {
    return (this.readsOfDirectory ??= new DirectoryReads(this.reader));
  }

  ownProfile(): Promise<UserRow | null> {
    return (this.profile ??= this.readOwnProfile());
  }

  viewedWithRoster(id: string): Promise<ViewedWithRoster | null> {
    if (this.asked.has(id) && !this.askedWithRoster.has(id))
      return this.viewed.load(id).then((membership) => membership && { membership });
    this.withRosterLoader ??= new DataLoader((ids) => this.readWithRosters(ids), { cacheMap: this.askedWithRoster });
    const found = this.withRosterLoader.load(id);
    prime(this.viewed, id, found, ({ membership }) => membership);
    prime(this.roster, id, found, ({ roster }) => roster);
    return found;
  }

  async viewedByMembership(): Promise<readonly Membership[]> {
    const askedAt = this.clock();
    const rows = this.viewerId === null ? [] : await allMembershipsOf(this.reader, this.viewerId);
    this.basis.note(rows, askedAt);
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

  /** Of what is the viewer's own in organizations. */
  private loaderOfViewer<Row extends { readonly organizationId: string }>(
    read: (ids: readonly string[], viewerId: string) => Promise<readonly Row[]>,
  ): DataLoader<string, Row | null> {
    return new DataLoader(async (ids) =>
      this.viewerId === null
        ? ids.map(() => null)
        : inOrder(ids, await read(ids, this.viewerId), (row) => row.organizationId),
    );
  }

  private async readOwnProfile(): Promise<UserRow | null> {
    const [profile] = this.viewerId === null ? [] : await usersById(this.reader, [this.viewerId]);
    return profile ?? null;
  }

  private async readViewed(ids: readonly string[]): Promise<(Membership | null)[]> {
    const askedAt = this.clock();
    const rows = this.viewerId === null ? [] : await this.shared.viewed(ids, this.viewerId);
    this.basis.note(rows, askedAt);
    return inOrder(ids, rows, (row) => row.id);
  }

  private async readRosters(ids: readonly string[]): Promise<(Roster | null)[]> {
    return inOrder(ids, await this.shared.rosters(ids), (row) => row.organizationId);
  }

  private async readWithRosters(ids: readonly string[]): Promise<(MembershipWithRoster | null)[]> {
    const { viewerId, shared } = this;
    if (viewerId === null) return ids.map(() => null);
    const askedAt = this.clock();
    const found = await Promise.all(ids.map((id) => shared.viewedWithRoster(id, viewerId)));
    this.basis.note(
      found.map((each) => each && each.membership),
      askedAt,
    );
    return found;
  }
}

/** A loader that knows already what another one finds. */
function prime<Found, Row>(
  loader: DataLoader<string, Row | null>,
  id: string,
  found: Promise<Found | null>,
  pick: (found: Found) => Row,
): void {
  const row = found.then((each) => each && pick(each));
  // The caller gets the error, but there may be no caller.
  row.catch(() => undefined);
  loader.prime(id, row);
}
