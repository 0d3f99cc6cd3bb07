import { settleDueOrganizations } from '../../../src/actions/due/settle-due-organizations';
import { acceptInvitation } from '../../../src/actions/directory/accept-invitation';
import { removeMember } from '../../../src/actions/directory/remove-member';
import { removeOrganization } from '../../../src/actions/directory/remove-organization';
import { removeUser } from '../../../src/actions/directory/remove-user';
import { revokeInvitation } from '../../../src/actions/directory/revoke-invitation';
import { syncInvitation } from '../../../src/actions/directory/sync-invitation';
import { syncMember } from '../../../src/actions/directory/sync-member';
import { syncOrganization } from '../../../src/actions/directory/sync-organization';
import { approveBillingAccessRequest } from '../../../src/actions/requests/approve-billing-access-request';
import { declineBillingAccessRequest } from '../../../src/actions/requests/decline-billing-access-request';
import { listOpenRequests } from '../../../src/actions/requests/list-open-requests';
import { requestBillingAccess } from '../../../src/actions/requests/request-billing-access';
import { withdrawBillingAccessRequest } from '../../../src/actions/requests/withdraw-billing-access-request';
import { addBillingAdmin } from '../../../src/actions/roster/add-billing-admin';
import { countPendingInvitations } from '../../../src/actions/roster/count-pending-invitations';
import { listEligibleTeammates } from '../../../src/actions/roster/list-eligible-teammates';
import { updateBillingAdmin } from '../../../src/actions/roster/update-billing-admin';
import { removeBillingAdmin } from '../../../src/actions/roster/remove-billing-admin';
import type { Services } from '../../../src/actions/services';
import { Forbidden, Refusal } from '../../../src/domain/refusals';
import { accessAt, versionAt } from '../../../src/store/log/past-rosters';
import { rosterChangesAfter } from '../../../src/store/log/log-entries';
import { rostersOf } from '../../../src/store/rosters';
import { expectSound } from '../organizations/log';
import { type Answer, Model } from './model';
import {
  A_CALL_TAKES,
  type Call,
  endAt,
  INVITATIONS,
  ORGANIZATIONS,
  SEARCHES,
  type Somebody,
  USERS,
} from './model-calls';
import { expectWordsOfNames } from '../organizations/member-words';
import { ModelSubscriber, said } from './model-subscriber';

type Real = { changed: boolean } | { id: string; status: string } | null;

/** One sequence of calls, made to the service and to the model alike, each compared with the other after every call. */
export class ModelRun {
  private readonly model: Model;
  private readonly subscribers: ModelSubscriber[] = [];
  /** Ids of the requests in the order in which they were made; the model counts them. */
  private readonly requestIds: string[] = [];
  private steps = 0;
  /** How many entries the step's ends and notices make: they are in the log before what the call does. */
  private entriesDue = 0;
  /** Who had access after each call, as the tables had it. */
  private readonly past: { organizationId: string; at: number; roster: unknown }[] = [];

  constructor(
    private readonly services: Services,
    private readonly clock: { now: number },
    /** Sets this run's ids apart from those of other runs on the same database. */
    private readonly mark: string,
  ) {
    this.model = new Model(services.rosterLimit, services.requestDays);
  }

  async make(calls: readonly Call[]): Promise<void> {
    try {
      for (const call of calls) {
        await this.step(call);
        // The next call finds what has ended and has not been written.
        if (call.does !== 'pass') await this.compare();
      }
    } finally {
      for (const subscriber of this.subscribers) await subscriber.stop();
    }
    for (const { organizationId, at, roster } of this.past)
      expect({ at, ...(await this.rosterInLog(organizationId, at)) }).toEqual({ at, ...(roster as object) });
    for (const id of ORGANIZATIONS) if (this.model.exists(this.id(id))) await expectSound(this.services, this.id(id));
  }

  private async step(call: Call): Promise<void> {
    this.steps++;
    this.model.now = this.clock.now += A_CALL_TAKES;
    if (call.does === 'pass') {
      this.clock.now += call.milliseconds;
      return;
    }
    const entriesBefore = await this.countEntries();
    this.entriesDue = this.model.settleAll();
    if (call.does === 'watch' || call.does === 'readOn') await settleDueOrganizations(this.services);
    if (call.does === 'watch') return this.watch(call);
    if (call.does === 'readOn') return this.readOn(call);

    const [expected, real] = this.perform(call);
    expect(await this.answerOf(real)).toEqual(expected);
    // A refusal undoes what the transaction had found due, and an organization that nobody changes has it left.
    if (this.entriesDue > 0) await settleDueOrganizations(this.services);
    // R4, and every refusal: what changes nothing leaves nothing else in the log.
    if (isQuiet(expected)) expect(await this.countEntries()).toBe(entriesBefore + this.entriesDue);
    // A removal is no roster change: it is found by looking, within a second (E4), and here at once.
    if (call.does === 'removeOrganization') await this.services.positionWatcher.poll();
  }

  /** What the model answers, and what the service does. */
  private perform(call: Exclude<Call, { does: 'watch' | 'readOn' | 'pass' }>): [Answer, Promise<Real>] {
    const { model, services } = this;
    const organizationId = this.id(call.at);
    switch (call.does) {
      case 'removeUser': {
        const userId = this.whoIs(call.who, organizationId);
        return [model.removeUser(userId), removeUser(services, { userId })];
      }
      case 'syncOrganization':
        return [
          model.syncOrganization(organizationId, call.name, call.contract),
          syncOrganization(services, { id: organizationId, name: call.name, contractType: call.contract }),
        ];
      case 'syncMember': {
        const user = { ...call.person, id: this.id(call.person.id) };
        const role = call.role ?? model.roleOf(organizationId, user.id) ?? 'MEMBER';
        return [model.syncMember(organizationId, user, role), syncMember(services, { organizationId, user, role })];
      }
      case 'removeMember': {
        const userId = this.whoIs(call.who, organizationId);
        return [model.removeMember(organizationId, userId), removeMember(services, { organizationId, userId })];
      }
      case 'syncInvitation':
        return [
          model.syncInvitation(organizationId, call.invitation, call.email, call.role),
          syncInvitation(services, { organizationId, id: call.invitation, email: call.email, role: call.role }),
        ];
      case 'acceptInvitation': {
        const user = { ...call.person, id: this.id(call.person.id) };
        const id = this.invitationFor(call.invitation, organizationId);
        return [
          model.acceptInvitation(organizationId, id, user),
          acceptInvitation(services, { organizationId, id, user }),
        ];
      }
      case 'revokeInvitation': {
        const id = this.invitationFor(call.invitation, organizationId);
        return [model.revokeInvitation(organizationId, id), revokeInvitation(services, { organizationId, id })];
      }
      case 'removeOrganization':
        return [model.removeOrganization(organizationId), removeOrganization(services, { organizationId })];
      case 'addBillingAdmin':
      case 'updateBillingAdmin':
      case 'removeBillingAdmin': {
        const actorId = this.whoIs(call.actor, organizationId);
        const userId = this.whoIs(call.who, organizationId);
        const expectedVersion = this.versionFor(call.expectedVersion, organizationId);
        const command = { actorId, organizationId, userId, expectedVersion };
        if (call.does === 'removeBillingAdmin')
          return [
            model.removeBillingAdmin(actorId, organizationId, userId, expectedVersion),
            removeBillingAdmin(services, command),
          ];
        if (call.does === 'addBillingAdmin') {
          const grant = { access: call.access, expiresAt: endAt(this.clock.now, call.end) };
          return [
            model.addBillingAdmin(actorId, organizationId, userId, expectedVersion, grant),
            addBillingAdmin(services, { ...command, grant }),
          ];
        }
        const terms = {
          ...(call.access !== null && { access: call.access }),
          ...(call.end !== null && { expiresAt: endAt(this.clock.now, call.end) }),
        };
        return [
          model.updateBillingAdmin(actorId, organizationId, userId, expectedVersion, terms),
          updateBillingAdmin(services, { ...command, terms }),
        ];
      }
      case 'requestBillingAccess': {
        const actorId = this.whoIs(call.actor, organizationId);
        const grant = { access: call.access, expiresAt: endAt(this.clock.now, call.end) };
        return [
          model.requestBillingAccess(actorId, organizationId, grant),
          requestBillingAccess(services, { actorId, organizationId, reason: 'To see the invoices', grant }),
        ];
      }
      case 'askAgain': {
        const ended = nthOf(model.endedRequests(organizationId), call.nth);
        const actorId = ended?.userId ?? this.id('nobody');
        if (ended) model.now = this.clock.now = Math.max(model.now, ended.at + call.after);
        this.entriesDue += model.settleAll();
        return [
          model.requestBillingAccess(actorId, organizationId, { access: 'MANAGE', expiresAt: null }),
          requestBillingAccess(services, { actorId, organizationId, reason: null }),
        ];
      }
      case 'withdrawBillingAccessRequest': {
        const actorId = this.whoIs(call.actor, organizationId);
        return [
          model.withdrawBillingAccessRequest(actorId, organizationId),
          withdrawBillingAccessRequest(services, { actorId, organizationId }),
        ];
      }
      case 'approveBillingAccessRequest':
      case 'declineBillingAccessRequest': {
        const actorId = this.whoIs(call.actor, organizationId);
        const number = this.requestFor(call.request, organizationId);
        const decision = { actorId, organizationId, requestId: this.requestIds[number - 1] ?? 'no-such-request' };
        if (call.does === 'declineBillingAccessRequest')
          return [
            model.declineBillingAccessRequest(actorId, organizationId, number),
            declineBillingAccessRequest(services, decision),
          ];
        const grant = call.given && {
          access: call.given.access,
          expiresAt: endAt(this.clock.now, call.given.end),
        };
        return [
          model.approveBillingAccessRequest(actorId, organizationId, number, grant),
          approveBillingAccessRequest(services, { ...decision, ...(grant && { grant }) }),
        ];
      }
    }
  }

  private async answerOf(real: Promise<Real>): Promise<Answer> {
    try {
      const answer = await real;
      if (answer === null) return { request: null };
      if ('changed' in answer) return answer;
      if (!this.requestIds.includes(answer.id)) this.requestIds.push(answer.id);
      return {
        request: this.requestIds.indexOf(answer.id) + 1,
        status: answer.status as 'OPEN' | 'DECLINED' | 'WITHDRAWN',
      };
    } catch (error) {
      if (error instanceof Refusal) return { refused: error.code };
      if (error instanceof Forbidden) return 'FORBIDDEN';
      throw error;
    }
  }

  private async watch({ at, actor, after, reads }: Extract<Call, { does: 'watch' }>): Promise<void> {
    const organizationId = this.id(at);
    const viewerId = this.whoIs(actor, organizationId);
    const version = this.model.version(organizationId);
    const afterVersion = { NONE: null, START: 0, HALF: Math.floor(version / 2), NOW: version, FUTURE: version + 1 }[
      after
    ];
    // The directive refuses a non-member before the position is checked. Here the first event does.
    const begins = this.model.isMember(organizationId, viewerId) || after === 'FUTURE' ? afterVersion : null;
    const watched = { organizationId, viewerId, afterVersion: begins };
    this.subscribers.push(new ModelSubscriber(this.services, this.model, watched, reads === 'AT_ONCE'));
  }

  private async readOn({ nth, most }: Extract<Call, { does: 'readOn' }>): Promise<void> {
    const waiting = this.subscribers.filter(({ ended, readsAtOnce }) => !ended && !readsAtOnce);
    await nthOf(waiting, nth)?.readOn(most);
  }

  private async compare(): Promise<void> {
    const { model, services } = this;
    const { reader } = services.database;
    const search = SEARCHES[this.steps % SEARCHES.length] ?? '';
    for (const id of ORGANIZATIONS.map((name) => this.id(name))) {
      const [roster] = await rostersOf(reader, [id]);
      if (roster) this.past.push({ organizationId: id, at: this.clock.now, roster: await this.rosterInTables(id) });
      const teammates = await listEligibleTeammates(services, id, { after: null, search, limit: 100 });
      const open = await listOpenRequests(services, id);
      const changes = await rosterChangesAfter(reader, id, 0, 1_000);
      // One expectation: each takes as long as a statement.
      expect({
        roster: roster ?? null,
        teammates: teammates.map(({ nameKey: _, ...person }) => person),
        invitations: await countPendingInvitations(services, id),
        requests: open.map((request) => this.requestIds.indexOf(request.id) + 1),
        changes: changes.map(said),
        versions: changes.map(({ version }) => version),
      }).toEqual({
        roster: model.roster(id),
        teammates: model.eligibleTeammates(id, search),
        invitations: model.pendingInvitationCount(id),
        requests: model.openRequests(id),
        changes: model.changes(id),
        versions: changes.map((_, index) => index + 1),
      });
      await expectWordsOfNames(services, id);
    }
    for (const subscriber of this.subscribers)
      if (subscriber.readsAtOnce && !subscriber.ended) await subscriber.readOn();
  }

  /** By ids, so that an account that is erased later changes nothing. */
  private async rosterInTables(organizationId: string) {
    const { reader } = this.services.database;
    const read = <Row>(sql: string) => reader.rows<Row>(sql, [organizationId]);
    const [organization] = await read<{ version: number }>('SELECT version FROM organizations WHERE id = ?');
    const owners = await read<{ id: string }>(
      "SELECT user_id AS id FROM members WHERE organization_id = ? AND standing = 'OWNER' ORDER BY user_id",
    );
    const admins = await read<{
      id: string;
      since: number;
      givenBy: string;
      storedAs: string;
      expiresAt: number | null;
    }>(
      `SELECT user_id AS id, granted_at AS since, granted_by AS givenBy, standing AS storedAs, grant_expires_at AS expiresAt FROM members
       WHERE organization_id = ? AND granted_at IS NOT NULL ORDER BY user_id`,
    );
    return {
      version: organization?.version,
      owners: owners.map(({ id }) => id),
      admins: admins.map(({ storedAs, ...admin }) => ({
        ...admin,
        access: storedAs.startsWith('BILLING_VIEWER') ? 'VIEW' : 'MANAGE',
      })),
    };
  }

  private async rosterInLog(organizationId: string, at: number) {
    const { reader } = this.services.database;
    const version = await versionAt(reader, organizationId, at);
    const holders = [...(await accessAt(reader, organizationId, at, version))].sort((one, other) =>
      one.userId < other.userId ? -1 : 1,
    );
    return {
      version,
      owners: holders.filter(({ kind }) => kind === 'OWNER_ADDED').map(({ userId }) => userId),
      admins: holders
        .filter(({ kind }) => kind === 'ADMIN_ADDED')
        .map(({ userId: id, since, givenBy, access, expiresAt }) => ({ id, since, givenBy, expiresAt, access })),
    };
  }

  private async countEntries(): Promise<number> {
    const [row] = await this.services.database.reader.rows<{ count: number }>(
      'SELECT COUNT(*) AS count FROM log_entries WHERE organization_id IN (?, ?)',
      ORGANIZATIONS.map((name) => this.id(name)),
    );
    return row?.count ?? 0;
  }

  private id(name: string): string {
    return `${this.mark}:${name}`;
  }

  private whoIs({ being, nth }: Somebody, organizationId: string): string {
    if (being === 'UNKNOWN') return this.id('nobody');
    const users = USERS.map((name) => this.id(name));
    const found = users.filter((id) => (this.model.memberKindOf(organizationId, id) ?? 'OUTSIDER') === being);
    return nthOf(found, nth) ?? nthOf(users, nth) ?? '';
  }

  private versionFor(expected: 'NONE' | 'RIGHT' | 'BEHIND' | 'AHEAD', organizationId: string): number | null {
    const version = this.model.version(organizationId);
    return { NONE: null, RIGHT: version, BEHIND: version - 1, AHEAD: version + 1 }[expected];
  }

  private invitationFor({ which, nth }: { which: 'PENDING' | 'SPENT' | 'ANY'; nth: number }, at: string): string {
    const known = INVITATIONS.filter((id) => this.model.invitationStatus(at, id) === which);
    return nthOf(known, nth) ?? nthOf(INVITATIONS, nth) ?? '';
  }

  private requestFor(
    { which, nth }: { which: 'OPEN' | 'ANY' | 'UNKNOWN'; nth: number },
    organizationId: string,
  ): number {
    const open = which === 'OPEN' ? nthOf(this.model.openRequests(organizationId), nth) : undefined;
    const any = which === 'UNKNOWN' ? undefined : nthOf(this.requestIds, nth);
    return open ?? (any === undefined ? 0 : this.requestIds.indexOf(any) + 1);
  }
}

function isQuiet(answer: Answer): boolean {
  return answer === 'FORBIDDEN' || 'refused' in answer || ('changed' in answer && !answer.changed);
}

function nthOf<T>(list: readonly T[], nth: number): T | undefined {
  return list[nth % Math.max(list.length, 1)];
}
