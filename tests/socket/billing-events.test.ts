import { lapseRequest } from '../../src/actions/requests/lapse-request';
import { BILLING_LOG_KINDS, LOG_KINDS } from '../../src/domain/log/kinds';
import { findAccessRequest } from '../../src/store/access-requests';
import { livesThroughEverything } from '../kits/billing/billing-story';
import { logOf } from '../kits/organizations/log';
import { paying } from '../kits/billing/paying';
import { seedAcme } from '../kits/organizations/seed';
import { type Data, startTestService, type TestService } from '../kits/service/service';
import { BILLING_CHANGED, connect, Events, ROSTER_CHANGED } from '../kits/clients/socket';

describe('what changes in billing', () => {
  let service: TestService;
  let organizations = 0;

  beforeAll(async () => {
    service = await startTestService();
  });
  afterAll(() => service.close());

  /** Sequence 9: the organization's making and eight roster changes. */
  const seed = () => seedAcme(service.services, `acme-${(organizations += 1)}`);

  const subscribe = async (who: string, organizationId: string, afterSequence?: number, query = BILLING_CHANGED) =>
    new Events(connect(service, await service.token(who)), query, { organizationId, afterSequence });

  const told = (events: readonly { data?: Data | null }[]) =>
    events.map(({ data }) => [data?.billingChanged.sequence, data?.billingChanged.kind]);

  const REQUEST = `mutation ($organizationId: ID!) {
    requestBillingAccess(input: { organizationId: $organizationId }) { request { id } userErrors { code } }
  }`;
  const DECLINE = `mutation ($organizationId: ID!, $requestId: ID!) {
    declineBillingAccessRequest(input: { organizationId: $organizationId, requestId: $requestId }) { userErrors { code } }
  }`;

  const WITHDRAW = `mutation ($organizationId: ID!) {
    withdrawBillingAccessRequest(input: { organizationId: $organizationId }) { userErrors { code } }
  }`;

  const requests = async (who: string, organizationId: string): Promise<string> =>
    (await service.as(who)(REQUEST, { organizationId })).data!.requestBillingAccess.request.id;

  test('L9 the first event comes at once, with the current state and no kind', async () => {
    const acme = await seed();
    const events = await subscribe('mia', acme.id);
    expect(await events.next()).toEqual({
      data: {
        billingChanged: {
          sequence: 9,
          kind: null,
          organization: {
            id: acme.id,
            name: `Name of ${acme.id}`,
            billing: { status: 'NONE', viewerAccess: { level: 'READ_ONLY', source: null } },
          },
        },
      },
    });
  });

  test('L9 changes of the roster are not told, and their numbers are skipped', async () => {
    const acme = await seed();
    const events = await subscribe('mia', acme.id);
    await events.next();
    await acme.adds('ada', 'olivia');
    await acme.removes('bea', 'olivia');
    await acme.hasOrgAdmin('mia');
    expect(told([await events.next()])).toEqual([[12, 'ROLE_CHANGED']]);
    expect(events.all).toHaveLength(2);
  });

  test('L9 roles, profiles and the organization itself are told to every member, with the state as it is now', async () => {
    const acme = await seed();
    const everybody = await Promise.all(['olivia', 'bea', 'ada', 'mia'].map((who) => subscribe(who, acme.id)));
    await Promise.all(everybody.map((events) => events.next()));

    await acme.hasMember('ada');
    await acme.hasProfile({ id: `pia-${acme.id}`, name: 'Pia', email: 'pia@example.com' });
    await acme.hasProfile({ id: `pia-${acme.id}`, name: 'Pia', email: 'pia@example.org' });
    await service.asHost(
      'mutation ($id: ID!) { syncOrganization(input: { id: $id, name: "Acme & Sons" }) { changed } }',
      { id: acme.id },
    );
    for (const events of everybody) {
      const seen = await events.several(3);
      expect(told(seen)).toEqual([
        [10, 'ROLE_CHANGED'],
        [12, 'PROFILE_CHANGED'],
        [13, 'ORGANIZATION_UPDATED'],
      ]);
      expect(seen[2]!.data!.billingChanged.organization.name).toBe('Acme & Sons');
    }
  });

  test('L9 only owners see invitations, so the others’ sequence skips', async () => {
    const acme = await seed();
    const [olivia, ...others] = await Promise.all(
      ['olivia', 'bea', 'ada', 'mia'].map((who) => subscribe(who, acme.id, 9)),
    );
    await acme.invites('i-1', 'one@example.com');
    await acme.invites('i-1', 'one@example.com', 'ADMIN');
    await service.asHost(
      'mutation ($organizationId: ID!) { revokeInvitation(input: { organizationId: $organizationId, id: "i-1" }) { changed } }',
      { organizationId: acme.id },
    );
    await acme.invites('i-2', 'two@example.com');
    await acme.isJoinedBy(`new-${acme.id}`, 'i-2');
    await acme.hasMember('ada');

    expect(told(await olivia!.several(6))).toEqual([
      [10, 'INVITATION_CREATED'],
      [11, 'INVITATION_CHANGED'],
      [12, 'INVITATION_REVOKED'],
      [13, 'INVITATION_CREATED'],
      [15, 'INVITATION_ACCEPTED'],
      [16, 'ROLE_CHANGED'],
    ]);
    for (const events of others) expect(told([await events.next()])).toEqual([[16, 'ROLE_CHANGED']]);
  });

  test('L9 R11 only owners and the requester see requests', async () => {
    const acme = await seed();
    const [olivia, oscar, mia, ada, bea] = await Promise.all(
      ['olivia', 'oscar', 'mia', 'ada', 'bea'].map((who) => subscribe(who, acme.id, 9)),
    );
    const requestId = await requests('mia', acme.id);
    await service.as('olivia')(DECLINE, { organizationId: acme.id, requestId });
    await requests('ada', acme.id);
    await acme.adds('ada', 'olivia');
    await acme.hasProfile({ id: 'mia', name: 'Mia', email: `mia@${acme.id}.example` });

    const ofMia = [
      [10, 'ACCESS_REQUESTED'],
      [11, 'ACCESS_REQUEST_DECLINED'],
    ];
    const ofAda = [[12, 'ACCESS_REQUESTED']];
    const closed = [[14, 'ACCESS_REQUEST_CLOSED']];
    for (const owner of [olivia!, oscar!])
      expect(told(await owner.several(5))).toEqual([...ofMia, ...ofAda, ...closed, [15, 'PROFILE_CHANGED']]);
    expect(told(await mia!.several(3))).toEqual([...ofMia, [15, 'PROFILE_CHANGED']]);
    expect(told(await ada!.several(3))).toEqual([...ofAda, ...closed, [15, 'PROFILE_CHANGED']]);
    expect(told([await bea!.next()])).toEqual([[15, 'PROFILE_CHANGED']]);
  });

  test('L9 T3 owners and the requester alone hear that a request was withdrawn, or has lapsed', async () => {
    const acme = await seed();
    const [olivia, mia, bea] = await Promise.all(['olivia', 'mia', 'bea'].map((who) => subscribe(who, acme.id, 9)));
    await requests('mia', acme.id);
    await service.as('mia')(WITHDRAW, { organizationId: acme.id });
    const lapsed = await requests('ada', acme.id);
    await service.services.transactions.run(acme.id, async (transaction) => {
      const request = await findAccessRequest(transaction.writer, acme.id, lapsed);
      await lapseRequest(transaction, { ...request!, lapsesAt: 0 });
    });
    await acme.hasProfile({ id: 'mia', name: 'Mia', email: `mia@${acme.id}.example` });

    const ofMia = [
      [10, 'ACCESS_REQUESTED'],
      [11, 'ACCESS_REQUEST_WITHDRAWN'],
    ];
    const ofAda = [
      [12, 'ACCESS_REQUESTED'],
      [13, 'ACCESS_REQUEST_LAPSED'],
    ];
    const profile = [14, 'PROFILE_CHANGED'];
    expect(told(await olivia!.several(5))).toEqual([...ofMia, ...ofAda, profile]);
    expect(told(await mia!.several(3))).toEqual([...ofMia, profile]);
    expect(told([await bea!.next()])).toEqual([profile]);
  });

  test('L9 A8 a new owner sees them from then on, and a former owner no longer', async () => {
    const acme = await seed();
    const [mia, oscar] = await Promise.all([subscribe('mia', acme.id, 9), subscribe('oscar', acme.id, 9)]);
    await acme.invites('i-1', 'one@example.com');
    await acme.hasMember('ada');
    expect(told(await oscar.several(2))).toEqual([
      [10, 'INVITATION_CREATED'],
      [11, 'ROLE_CHANGED'],
    ]);
    expect(told([await mia.next()])).toEqual([[11, 'ROLE_CHANGED']]);

    await acme.hasOwner('mia');
    await acme.hasMember('oscar');
    await acme.invites('i-2', 'two@example.com');
    await acme.hasOrgAdmin('ada');
    expect(told(await mia.several(2))).toEqual([
      [14, 'INVITATION_CREATED'],
      [15, 'ROLE_CHANGED'],
    ]);
    expect(told([await oscar.next()])).toEqual([[15, 'ROLE_CHANGED']]);
  });

  describe('resuming', () => {
    test('L9 L2 after a sequence come the entries after it that are no roster change, and then what happens', async () => {
      const acme = await seed();
      await acme.invites('i-1', 'one@example.com');
      await acme.adds('ada', 'olivia');
      await acme.invites('i-2', 'two@example.com');
      const all = await subscribe('olivia', acme.id, 1);
      const some = await subscribe('olivia', acme.id, 10);
      const none = await subscribe('olivia', acme.id, 12);
      expect(told(await all.several(2))).toEqual([
        [10, 'INVITATION_CREATED'],
        [12, 'INVITATION_CREATED'],
      ]);
      expect(told([await some.next()])).toEqual([[12, 'INVITATION_CREATED']]);
      await acme.hasOrgAdmin('mia');
      for (const events of [all, some, none]) expect(told([await events.next()])).toEqual([[13, 'ROLE_CHANGED']]);
    });

    test('L9 L2 a sequence from the future is BAD_USER_INPUT in the shape of a refusal', async () => {
      const acme = await seed();
      const events = await subscribe('olivia', acme.id, 10);
      await events.completed;
      expect(events.all).toMatchObject([
        { data: null, errors: [{ path: ['billingChanged'], extensions: { code: 'BAD_USER_INPUT' } }] },
      ]);
    });

    test('L9 L2 after more than 1,000 missed entries comes the current state; roster changes do not count', async () => {
      const acme = await seed();
      await acme.invites('i-1', 'one@example.com');
      for (let i = 0; i < 20; i++) await (i % 2 ? acme.removes('ada', 'olivia') : acme.adds('ada', 'olivia'));
      for (let i = 0; i < 1_000; i++) await acme.invites('i-1', 'one@example.com', i % 2 ? 'MEMBER' : 'ADMIN');
      const [tooMuch, justEnough] = await Promise.all([
        subscribe('olivia', acme.id, 9),
        subscribe('olivia', acme.id, 10),
      ]);
      expect(told([await tooMuch.next()])).toEqual([[1_030, null]]);
      const replayed = await justEnough.several(1_000);
      expect(told(replayed).map(([sequence]) => sequence)).toEqual(Array.from({ length: 1_000 }, (_, i) => i + 31));
      await acme.hasOrgAdmin('mia');
      for (const events of [tooMuch, justEnough])
        expect(told([await events.next()])).toEqual([[1_031, 'ROLE_CHANGED']]);
    });
  });

  describe('A10 resuming from before the viewer joined', () => {
    /** Sequence 10 is a change from before, 11 nils's join, 12 a change after it. */
    const seedWithNils = async () => {
      const acme = await seed();
      await acme.hasOrgAdmin('mia');
      await acme.hasMember('nils');
      await acme.hasMember('mia');
      return acme;
    };

    test('A10 L9 gives the current state, and then what happens', async () => {
      const acme = await seedWithNils();
      for (const after of [0, 1, 9]) {
        const events = await subscribe('nils', acme.id, after);
        expect(told([await events.next()])).toEqual([[12, null]]);
        events.stop();
      }
      const events = await subscribe('nils', acme.id, 0);
      await events.next();
      await acme.hasOrgAdmin('ada');
      await acme.hasMember('ada');
      expect(told([await events.next()])).toEqual([[13, 'ROLE_CHANGED']]);
    });

    test('A10 L9 from their own join on, everything is replayed', async () => {
      const acme = await seedWithNils();
      for (const after of [10, 11]) {
        const events = await subscribe('nils', acme.id, after);
        expect(told([await events.next()])).toEqual([[12, 'ROLE_CHANGED']]);
        events.stop();
      }
    });

    test('A10 L9 the newest join counts: what happened while they were away is not told', async () => {
      const acme = await seedWithNils();
      await acme.loses('nils');
      await acme.hasOrgAdmin('mia');
      await acme.hasMember('nils');
      const events = await subscribe('nils', acme.id, 12);
      expect(told([await events.next()])).toEqual([[15, null]]);
    });
  });

  test('L4 L9 the stream ends with the membership, without an entry for the user who leaves', async () => {
    const acme = await seed();
    const events = await subscribe('mia', acme.id);
    await events.next();
    await acme.loses('mia');
    await events.completed;
    expect(events.all.slice(1)).toMatchObject([
      { data: null, errors: [{ path: ['billingChanged'], extensions: { code: 'FORBIDDEN' } }] },
    ]);
  });

  test('A5 what is gated stays gated in an event, and ends nothing', async () => {
    const acme = await seed();
    const query = BILLING_CHANGED.replace(
      'billing { status',
      'billing { autoRecharge { enabled } activity { nodes { kind } } status',
    );
    const [mia, bea] = await Promise.all([
      subscribe('mia', acme.id, undefined, query),
      subscribe('bea', acme.id, undefined, query),
    ]);
    for (const sequence of [9, 10]) {
      if (sequence === 10) await acme.hasMember('ada');
      expect(await mia.next()).toMatchObject({
        data: {
          billingChanged: {
            sequence,
            organization: { billing: { autoRecharge: null, activity: null, status: 'NONE' } },
          },
        },
        errors: [
          { path: ['billingChanged', 'organization', 'billing', 'autoRecharge'], extensions: { code: 'FORBIDDEN' } },
          { path: ['billingChanged', 'organization', 'billing', 'activity'], extensions: { code: 'FORBIDDEN' } },
        ],
      });
      const whole = await bea.next();
      expect(whole.errors).toBeUndefined();
      expect(whole.data!.billingChanged.organization.billing.autoRecharge).toEqual({ enabled: false });
    }
    // The next event is answered with the access of its own time (A8).
    await acme.removes('bea', 'olivia');
    await acme.hasOrgAdmin('ada');
    const reduced = await bea.next();
    expect(reduced.data!.billingChanged.organization.billing).toMatchObject({
      autoRecharge: null,
      viewerAccess: { level: 'READ_ONLY' },
    });
  });

  describe('between the organization and its payment provider', () => {
    test('L9 everything is told, once and in order, to a member and a billing admin alike but for purchase requests, and nobody who follows the roster is woken', async () => {
      const acme = await seed();
      const [mia, bea] = await Promise.all(['mia', 'bea'].map((who) => subscribe(who, acme.id)));
      const roster = new Events(connect(service, await service.token('mia')), ROSTER_CHANGED, {
        organizationId: acme.id,
      });
      await Promise.all([mia!.next(), bea!.next(), roster.next()]);
      await livesThroughEverything(service.services, acme.id);

      const entries = (await logOf(service.services, acme.id)).slice(9);
      const audienceOf = (kind: string) => LOG_KINDS[kind as keyof typeof LOG_KINDS].audience;
      const last = entries.at(-1)?.sequence;
      // Those of bea are for owners and bea.
      for (const [events, sees] of [
        [mia!, (kind: string) => audienceOf(kind) === 'MEMBERS'],
        [bea!, () => true],
      ] as const) {
        const expected = entries.filter(({ kind }) => sees(kind)).map(({ sequence, kind }) => [sequence, kind]);
        const seen = await events.through(
          ({ data }) => data?.billingChanged.kind !== null && data?.billingChanged.sequence === last,
        );
        // Balances that usage has changed come in between.
        expect(told(seen).filter(([, kind]) => kind !== null)).toEqual(expected);
      }
      const kinds = new Set(entries.map(({ kind }) => kind));
      expect(BILLING_LOG_KINDS.filter((kind) => !kinds.has(kind))).toEqual([]);
      expect(entries.filter(({ kind }) => LOG_KINDS[kind as keyof typeof LOG_KINDS].rosterChange)).toEqual([]);

      await acme.adds('ada', 'olivia');
      expect((await roster.next()).data!.billingAdminRosterChanged).toMatchObject({
        version: 9,
        change: { kind: 'ADMIN_ADDED' },
      });
      expect(roster.all).toHaveLength(2);
    });

    test('A5 a user who manages billing sees the settings, and they are closed to a member within the same event', async () => {
      const acme = await seed();
      await paying(service.services, service.payer, acme.id).subscribes('olivia');
      const query = BILLING_CHANGED.replace(
        'billing { status',
        'billing { autoRecharge { enabled thresholdCredits } activity(first: 1) { nodes { kind } } credits { available } status',
      );
      const [mia, bea] = await Promise.all(['mia', 'bea'].map((who) => subscribe(who, acme.id, undefined, query)));
      await Promise.all([mia!.next(), bea!.next()]);
      await paying(service.services, service.payer, acme.id).recharges('olivia', 50);

      const [closed, whole] = await Promise.all([mia!.next(), bea!.next()]);
      expect(closed.errors?.map(({ path, extensions }) => [path?.at(-1), extensions?.code])).toEqual([
        ['autoRecharge', 'FORBIDDEN'],
        ['activity', 'FORBIDDEN'],
      ]);
      const seenBy = (event: typeof closed) => event.data!.billingChanged as Data;
      expect(seenBy(closed)).toMatchObject({
        kind: 'AUTO_RECHARGE_UPDATED',
        organization: {
          billing: { autoRecharge: null, activity: null, credits: { available: 1_000 }, status: 'ACTIVE' },
        },
      });
      expect(whole.errors).toBeUndefined();
      expect(seenBy(whole)).toMatchObject({
        kind: 'AUTO_RECHARGE_UPDATED',
        organization: {
          billing: {
            autoRecharge: { enabled: true, thresholdCredits: 50 },
            activity: { nodes: [{ kind: 'AUTO_RECHARGE_UPDATED' }] },
          },
        },
      });
    });
  });

  test('L9 beside it the roster of the same organization is followed on one socket, each with its own numbers', async () => {
    const acme = await seed();
    const client = connect(service, await service.token('olivia'));
    const billing = new Events(client, BILLING_CHANGED, { organizationId: acme.id, afterSequence: 9 });
    const roster = new Events(client, ROSTER_CHANGED, { organizationId: acme.id, afterVersion: 8 });
    await acme.invites('i-1', 'one@example.com');
    await acme.adds('ada', 'olivia');
    await acme.hasOrgAdmin('mia');
    expect(told(await billing.several(2))).toEqual([
      [10, 'INVITATION_CREATED'],
      [12, 'ROLE_CHANGED'],
    ]);
    expect((await roster.next()).data!.billingAdminRosterChanged.version).toBe(9);
  });
});
