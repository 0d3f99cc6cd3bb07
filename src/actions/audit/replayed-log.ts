import { billingRoleOf, type OrganizationRole } from '../../domain/access/permissions';
import type { Credits } from '../../domain/billing/credits';
import type { LedgerKind } from '../../domain/billing/ledger-kinds';
import type { LogKind } from '../../domain/log/kinds';
import { type Grant, grantInDetails } from '../../domain/roster/grants';
import type { DirectoryTable, StoredRow } from '../../store/audited-tables';
import { storedBillingRole } from '../../store/billing-roles';
import { importedGrant } from '../../store/log/past-rosters';
import type { LogDetails, LogRow } from '../../store/log/log-entries';
import type { Told, ToldRow } from './told-row';

/** A change of the credits that the log tells of: all but usage. */
export interface ToldPosting {
  /** The entry that tells of it. */
  readonly logSequence: number;
  readonly kind: LedgerKind;
  readonly credits: Credits;
  readonly recordedAt: number;
}

interface Subscription {
  readonly planKey: string | null;
  readonly cadence: string | null;
  readonly isPastDue: boolean;
}

interface Scheduled {
  readonly planKey: string | null;
  readonly cadence: string | null;
  readonly at: number | null;
}

const NOTHING_SCHEDULED: Scheduled = { planKey: null, cadence: null, at: null };

const INCLUDED = (credits: number): Credits => ({ included: credits, topUp: 0 });
const TOP_UP = (credits: number): Credits => ({ included: 0, topUp: credits });

/** The ledger's kind and part of each kind of entry that tells of credits, in `details.credits`. */
const POSTINGS: Partial<Record<LogKind, { kind: LedgerKind; of: (credits: number) => Credits }>> = {
  CREDITS_GRANTED: { kind: 'GRANT', of: TOP_UP },
  INCLUDED_CREDITS_GRANTED: { kind: 'INCLUDED', of: INCLUDED },
  INCLUDED_CREDITS_EXPIRED: { kind: 'EXPIRY', of: INCLUDED },
  TOP_UP_PAID: { kind: 'TOP_UP', of: TOP_UP },
  RECHARGE_PAID: { kind: 'RECHARGE', of: TOP_UP },
  PAYMENT_RETURNED: { kind: 'REFUND', of: TOP_UP },
};

type Entry = LogRow & { readonly said: LogDetails };

/**
 * Goes along an organization's log and keeps what the tables must hold by it. It holds as much as those tables do: the members there
 * are, and each request, invitation and posting that is no usage.
 */
export class ReplayedLog {
  readonly rows: Record<DirectoryTable, Map<string, ToldRow>> = {
    members: new Map(),
    access_requests: new Map(),
    invitations: new Map(),
    purchase_requests: new Map(),
  };
  readonly postings: ToldPosting[] = [];
  private readonly grants = new Map<string, Grant>();
  private counts: ToldRow = {};
  private settings: ToldRow = {
    removed_at: null,
    has_customer: 0,
    has_payment_method: 0,
    auto_recharge_enabled: 0,
    auto_recharge_disabled_reason: null,
    auto_recharge_threshold: 0,
    auto_recharge_pack_key: null,
    auto_recharge_monthly_limit: null,
    spending_per_purchase: null,
    spending_per_month: null,
    purchase_request_count: 0,
    credit_alert_credits: null,
    credit_alert_thresholds: null,
    credit_alert_month: null,
    credit_alert_told: 0,
  };
  private subscription: Subscription | null = null;
  private hasHadSubscription = false;
  /** What may be scheduled by what the log says: a renewal does not tell whether what was scheduled still is. */
  private scheduled: readonly Scheduled[] = [NOTHING_SCHEDULED];
  private version = 0;

  next(row: LogRow): void {
    const { sequence, occurredAt, hash } = row;
    this.version = row.version ?? this.version;
    this.counts = { sequence, version: this.version, head_hash: hash, last_occurred_at: occurredAt };
    const entry = { ...row, said: detailsOf(row) };
    this.member(entry);
    this.request(entry);
    this.invitation(entry);
    this.purchase(entry);
    this.subscribed(entry);
    this.setting(entry);
    this.posting(entry);
  }

  /** What the organization's own row must hold, but for the balance. Of what may be scheduled it is what the row has, if that may be. */
  organization(stored: StoredRow): ToldRow {
    const may = ({ planKey, cadence, at }: Scheduled) =>
      stored.scheduled_plan_key === planKey && stored.scheduled_cadence === cadence && stored.scheduled_at === at;
    const { planKey, cadence, at } = this.scheduled.find(may) ?? this.scheduled[0] ?? NOTHING_SCHEDULED;
    return {
      ...this.counts,
      ...this.settings,
      ...this.toldOfSubscription(),
      scheduled_plan_key: planKey,
      scheduled_cadence: cadence,
      scheduled_at: at,
    };
  }

  private toldOfSubscription(): ToldRow {
    const { subscription } = this;
    if (!subscription) {
      const status = this.hasHadSubscription ? 'CANCELED' : 'NONE';
      return { status, plan_key: null, cadence: null, current_period_end: { isSet: false }, credits_due_at: 0 };
    }
    const { planKey, cadence, isPastDue } = subscription;
    return {
      status: isPastDue ? 'PAST_DUE' : { oneOf: ['ACTIVE', 'TRIALING'] },
      plan_key: planKey,
      cadence,
      current_period_end: { isSet: true },
      ...(cadence !== 'ANNUAL' && { credits_due_at: 0 }),
    };
  }

  private member({ kind, subjectId, actorId, said, version, sequence, occurredAt }: Entry): void {
    const { members } = this.rows;
    const userId = subjectId ?? '';
    const known = members.get(userId);
    const set = (row: ToldRow) => members.set(userId, withBillingRole(row, this.grants.get(userId)));
    const change = (columns: ToldRow) => known && set({ ...known, ...columns });
    switch (kind as LogKind) {
      case 'TEAMMATE_JOINED':
        set({
          role: textIn(said, 'role'),
          granted_at: null,
          granted_by: null,
          joined_at: occurredAt,
          joined_version: version,
          joined_sequence: sequence,
        });
        break;
      case 'TEAMMATE_LEFT':
        members.delete(userId);
        this.grants.delete(userId);
        break;
      case 'OWNER_ADDED':
        change({ role: 'OWNER' });
        break;
      case 'OWNER_REMOVED':
      case 'ROLE_CHANGED':
        // A member who leaves has no role afterwards.
        if (said.role !== undefined) change({ role: textIn(said, 'role') });
        break;
      case 'ADMIN_ADDED':
        this.grants.set(userId, grantInDetails(said));
        change(giverIn(said, { granted_at: occurredAt, granted_by: actorId }));
        break;
      case 'ADMIN_UPDATED':
        this.grants.set(userId, grantInDetails(said));
        change({});
        break;
      case 'ADMIN_REMOVED':
        this.grants.delete(userId);
        change({ granted_at: null, granted_by: null });
        break;
      default:
    }
  }

  private request({ kind, subjectId, actorId, said, occurredAt }: Entry): void {
    const requests = this.rows.access_requests;
    const id = textIn(said, 'requestId') ?? '';
    const decide = (status: string) =>
      requests.set(id, { ...requests.get(id), status, decided_at: occurredAt, decided_by: actorId });
    switch (kind as LogKind) {
      case 'ACCESS_REQUESTED': {
        const { access, expiresAt } = grantInDetails(said);
        requests.set(id, {
          ...{ user_id: subjectId, status: 'OPEN', requested_at: occurredAt },
          ...{ access, grant_expires_at: expiresAt, lapses_at: lapseIn(said, occurredAt) },
          ...{ decided_at: null, decided_by: null },
        });
        break;
      }
      case 'ACCESS_REQUEST_APPROVED':
        decide('APPROVED');
        break;
      case 'ACCESS_REQUEST_DECLINED':
        decide('DECLINED');
        break;
      case 'ACCESS_REQUEST_WITHDRAWN':
        decide('WITHDRAWN');
        break;
      case 'ACCESS_REQUEST_LAPSED':
        decide('LAPSED');
        break;
      case 'ACCESS_REQUEST_CLOSED':
        decide('CLOSED');
        break;
      default:
    }
  }

  private invitation({ kind, subjectId, said }: Entry): void {
    const { invitations } = this.rows;
    const id = textIn(said, 'invitationId') ?? '';
    const set = (columns: ToldRow, hasAddress: boolean) => {
      const address = { email: { isSet: hasAddress }, email_key: { isSet: hasAddress } };
      invitations.set(id, { ...invitations.get(id), ...columns, ...address });
    };
    switch (kind as LogKind) {
      case 'INVITATION_CREATED':
      case 'INVITATION_CHANGED':
        set({ role: textIn(said, 'role'), status: 'PENDING', user_id: null }, true);
        break;
      case 'INVITATION_ACCEPTED':
        set({ status: 'ACCEPTED', user_id: subjectId }, false);
        break;
      case 'INVITATION_REVOKED':
        set({ status: 'REVOKED', user_id: null }, false);
        break;
      default:
    }
  }

  private purchase({ kind, subjectId, actorId, said, occurredAt }: Entry): void {
    const requests = this.rows.purchase_requests;
    const id = textIn(said, 'purchaseRequestId') ?? '';
    const decide = (status: string) =>
      requests.set(id, { ...requests.get(id), status, decided_at: occurredAt, decided_by: actorId });
    switch (kind as LogKind) {
      case 'PURCHASE_REQUESTED':
        requests.set(id, {
          kind: textIn(said, 'purchase'),
          // While the provider is asked it is neither open nor decided.
          status: { oneOf: ['OPEN', 'APPROVING'] },
          requested_by: subjectId,
          requested_at: occurredAt,
          lapses_at: numberIn(said, 'lapsesAt'),
          plan_key: textIn(said, 'planKey'),
          cadence: textIn(said, 'cadence'),
          pack_key: textIn(said, 'packKey'),
          amount: numberIn(said, 'amount'),
          decided_at: null,
          decided_by: null,
        });
        this.settings = {
          ...this.settings,
          purchase_request_count: Number(this.settings.purchase_request_count) + 1,
        };
        break;
      case 'PURCHASE_APPROVED':
        decide('APPROVED');
        break;
      case 'PURCHASE_DECLINED':
        decide('DECLINED');
        break;
      case 'PURCHASE_WITHDRAWN':
        decide('WITHDRAWN');
        break;
      case 'PURCHASE_LAPSED':
        decide('LAPSED');
        break;
      default:
    }
  }

  private subscribed({ kind, said }: Entry): void {
    const terms = { planKey: textIn(said, 'planKey'), cadence: textIn(said, 'cadence') };
    const isPastDue = this.subscription?.isPastDue ?? false;
    switch (kind as LogKind) {
      case 'SUBSCRIPTION_STARTED':
        this.hasHadSubscription = true;
        this.subscription = { ...terms, isPastDue: false };
        this.scheduled = [NOTHING_SCHEDULED];
        break;
      case 'SUBSCRIPTION_CHANGED':
      case 'SUBSCRIPTION_RENEWED':
        this.subscription = { ...terms, isPastDue };
        this.scheduled = [...this.scheduled, NOTHING_SCHEDULED];
        break;
      case 'SUBSCRIPTION_ENDED':
        this.subscription = null;
        this.scheduled = [NOTHING_SCHEDULED];
        break;
      case 'SUBSCRIPTION_CHANGE_SCHEDULED':
        this.scheduled = [{ ...terms, at: numberIn(said, 'effectiveAt') }];
        break;
      case 'SUBSCRIPTION_CANCEL_SCHEDULED':
        this.scheduled = [{ ...NOTHING_SCHEDULED, at: numberIn(said, 'effectiveAt') }];
        break;
      case 'SUBSCRIPTION_CHANGE_DROPPED':
      case 'SUBSCRIPTION_RESUMED':
        this.scheduled = [NOTHING_SCHEDULED];
        break;
      case 'SUBSCRIPTION_PAST_DUE':
      case 'SUBSCRIPTION_SETTLED':
        if (this.subscription)
          this.subscription = { ...this.subscription, isPastDue: kind === 'SUBSCRIPTION_PAST_DUE' };
        break;
      default:
    }
  }

  private setting({ kind, said, occurredAt }: Entry): void {
    const set = (columns: ToldRow) => (this.settings = { ...this.settings, ...columns });
    switch (kind as LogKind) {
      case 'ORGANIZATION_CREATED':
      case 'ORGANIZATION_UPDATED':
        set({ contract_type: textIn(said, 'contractType') });
        break;
      case 'ORGANIZATION_REMOVED':
        set({ removed_at: occurredAt });
        for (const rows of Object.values(this.rows)) rows.clear();
        this.grants.clear();
        break;
      case 'CUSTOMER_CREATED':
        set({ has_customer: 1 });
        break;
      case 'CUSTOMER_REMOVED':
        set({ has_customer: 0 });
        break;
      case 'PAYMENT_METHOD_ADDED':
      case 'PAYMENT_METHOD_REMOVED':
        set({ has_payment_method: kind === 'PAYMENT_METHOD_ADDED' ? 1 : 0 });
        break;
      case 'AUTO_RECHARGE_UPDATED':
        set({
          auto_recharge_enabled: 1,
          auto_recharge_disabled_reason: null,
          auto_recharge_threshold: numberIn(said, 'thresholdCredits'),
          auto_recharge_pack_key: textIn(said, 'packKey'),
          auto_recharge_monthly_limit: numberIn(said, 'monthlyLimitAmount'),
        });
        break;
      case 'AUTO_RECHARGE_DISABLED':
        set({ auto_recharge_enabled: 0, auto_recharge_disabled_reason: textIn(said, 'reason') });
        break;
      case 'SPENDING_POLICY_CHANGED':
        set({
          spending_per_purchase: numberIn(said, 'perPurchaseAmount'),
          spending_per_month: numberIn(said, 'perMonthAmount'),
        });
        break;
      case 'CREDIT_ALERTS_CHANGED':
        set({
          credit_alert_credits: numberIn(said, 'monthlyCredits'),
          credit_alert_thresholds: textIn(said, 'thresholds'),
          credit_alert_month: textIn(said, 'month'),
          credit_alert_told: numberIn(said, 'told'),
        });
        break;
      case 'CREDIT_ALERT':
        set({ credit_alert_month: textIn(said, 'month'), credit_alert_told: numberIn(said, 'threshold') });
        break;
      default:
    }
  }

  private posting({ kind, said, sequence, occurredAt }: Entry): void {
    const posting = Object.hasOwn(POSTINGS, kind) ? POSTINGS[kind as LogKind] : undefined;
    const credits = numberIn(said, 'credits') ?? 0;
    if (posting && credits !== 0)
      this.postings.push({
        logSequence: sequence,
        kind: posting.kind,
        credits: posting.of(credits),
        recordedAt: occurredAt,
      });
  }
}

/** Whom the host calls an owner has no grant (R7). */
function withBillingRole(row: ToldRow, grant: Grant | undefined): ToldRow {
  const billingRole = billingRoleOf(row.role as OrganizationRole, grant?.access ?? null);
  const expiresAt = grant?.expiresAt ?? null;
  return {
    ...row,
    standing: storedBillingRole(billingRole, expiresAt),
    grant_expires_at: expiresAt,
  };
}

/** Of an entry that somebody has changed nothing may be left to read: the chain tells of that. */
function detailsOf({ details }: LogRow): LogDetails {
  try {
    const said: unknown = JSON.parse(details);
    return typeof said === 'object' && said !== null ? (said as LogDetails) : {};
  } catch {
    return {};
  }
}

/** The log does not say when a request of the previous release lapses. The migration noted it for those that were open. */
function lapseIn(said: LogDetails, occurredAt: number): Told {
  return numberIn(said, 'lapsesAt') ?? { oneOf: [null, occurredAt + 14 * 24 * 60 * 60 * 1000] };
}

/** A grant that was imported was given before, by somebody else than who acted (D5). */
function giverIn(said: LogDetails, otherwise: ToldRow): ToldRow {
  const { givenBy, since } = importedGrant(said);
  return givenBy === undefined || since === undefined ? otherwise : { granted_at: since, granted_by: givenBy };
}

function textIn(said: LogDetails, name: string): string | null {
  const value = said[name];
  return typeof value === 'string' ? value : null;
}

function numberIn(said: LogDetails, name: string): number | null {
  const value = said[name];
  return typeof value === 'number' ? value : null;
}
