import { execute, parse } from 'graphql';
import { createOperationReads } from '../../src/actions/loaders/operation-reads';
import type { Viewer } from '../../src/domain/viewer';
import { subscribeToEvents } from '../../src/graphql/events';
import { buildSchema } from '../../src/graphql/schema';
import { operationContext } from '../../src/server/graphql/operation-contexts';
import { RawSocket } from '../kits/clients/raw-socket';
import { seedAcme } from '../kits/organizations/seed';
import { type Data, startTestService, type TestService } from '../kits/service/service';
import { BILLING_CHANGED, connect, Events, ROSTER_CHANGED } from '../kits/clients/socket';

/** What an operation may cost, as prepared. */
const COUNTED = { costLimit: 10_000, certainCost: 0, tellsCost: false };

const refusal = (field: string) => ({
  data: null,
  errors: [
    {
      message: 'You do not have access to this.',
      locations: expect.any(Array),
      path: [field],
      extensions: { code: 'FORBIDDEN' },
    },
  ],
});

type Acme = Awaited<ReturnType<typeof seedAcme>>;

describe('losing access', () => {
  let service: TestService;
  let organizations = 0;

  beforeAll(async () => {
    service = await startTestService();
  });
  afterAll(() => service.close());

  const seed = () => seedAcme(service.services, `acme-${(organizations += 1)}`);

  const subscribe = async (who: string, organizationId: string, query = ROSTER_CHANGED) =>
    new Events(connect(service, await service.token(who)), query, { organizationId });

  const REMOVE_ORGANIZATION =
    'mutation ($organizationId: ID!) { removeOrganization(input: { organizationId: $organizationId }) { changed } }';

  test.each([
    ['billingAdminRosterChanged', ROSTER_CHANGED],
    ['billingChanged', BILLING_CHANGED],
  ])('L4 a user who leaves gets one refusal at %s, the end, and nothing after it', async (field, query) => {
    const acme = await seed();
    const mia = await subscribe('mia', acme.id, query);
    const olivia = await subscribe('olivia', acme.id);
    await Promise.all([mia.next(), olivia.next()]);

    await acme.loses('mia');
    await mia.completed;
    await acme.adds('ada', 'olivia');
    await olivia.several(2);

    expect(mia.all).toHaveLength(2);
    expect(mia.all[1]).toEqual(refusal(field));
  });

  test('L4 on the wire it is a next and then a complete, and the socket stays open', async () => {
    const acme = await seed();
    const socket = await RawSocket.signIn(service, await service.token('mia'));
    const id = socket.operate(ROSTER_CHANGED, { organizationId: acme.id });
    expect(await socket.next()).toMatchObject({
      type: 'next',
      id,
      payload: { data: { billingAdminRosterChanged: {} } },
    });
    await acme.loses('mia');
    expect(await socket.next()).toEqual({ type: 'next', id, payload: refusal('billingAdminRosterChanged') });
    expect(await socket.next()).toEqual({ type: 'complete', id });

    const query = socket.operate('{ viewer { id } }');
    expect(await socket.several(2)).toEqual([
      { type: 'next', id: query, payload: { data: { viewer: { id: 'mia' } } } },
      { type: 'complete', id: query },
    ]);
    socket.terminate();
  });

  test('L4 the refusal is at the alias of the field', async () => {
    const acme = await seed();
    const query = `subscription ($organizationId: ID!) { live: billingAdminRosterChanged(organizationId: $organizationId) { version } }`;
    const events = await subscribe('mia', acme.id, query);
    expect(await events.next()).toEqual({ data: { live: { version: 8 } } });
    await acme.loses('mia');
    await events.completed;
    expect(events.all.slice(1)).toEqual([refusal('live')]);

    const again = await subscribe('mia', acme.id, query);
    await again.completed;
    expect(again.all).toEqual([refusal('live')]);
  });

  test.each([
    ['billingAdminRosterChanged', ROSTER_CHANGED],
    ['billingChanged', BILLING_CHANGED],
  ])(
    'L4 A4 a refusal at the start of %s has the same shape, and the same words where nothing exists',
    async (field, query) => {
      const acme = await seed();
      for (const organizationId of [acme.id, 'no-such-organization']) {
        const events = await subscribe('somebody-else', organizationId, query);
        await events.completed;
        expect(events.all).toEqual([refusal(field)]);
      }
    },
  );

  test('L4 A8 of changes that were made in one go with the removal, none after it is told', async () => {
    const acme = await seed();
    const mia = await subscribe('mia', acme.id);
    const olivia = await subscribe('olivia', acme.id);
    await Promise.all([mia.next(), olivia.next()]);

    await acme.adds('ada', 'olivia');
    await Promise.all([acme.removes('ada', 'olivia'), acme.loses('mia'), acme.removes('bea', 'olivia')]);
    await mia.completed;
    const others = await olivia.several(4);
    const lastOfMine = others.find(({ data }) => data!.billingAdminRosterChanged.change.kind === 'TEAMMATE_LEFT')!;

    expect(mia.all.at(-1)).toEqual(refusal('billingAdminRosterChanged'));
    for (const { data } of mia.all.slice(0, -1))
      expect(data!.billingAdminRosterChanged.version).toBeLessThan(lastOfMine.data!.billingAdminRosterChanged.version);
  });

  test('L4 a user who rejoins starts over; the old stream stays ended', async () => {
    const acme = await seed();
    const first = await subscribe('mia', acme.id);
    await first.next();
    await acme.loses('mia');
    await first.completed;
    await acme.hasMember('mia');
    const second = await subscribe('mia', acme.id);
    expect((await second.next()).data!.billingAdminRosterChanged.version).toBe(10);
    expect(first.all).toHaveLength(2);
  });

  test('L4 A3 losing a role or the grant ends nothing: every member may look', async () => {
    const acme = await seed();
    const [oscar, bea] = await Promise.all([subscribe('oscar', acme.id), subscribe('bea', acme.id)]);
    await Promise.all([oscar.next(), bea.next()]);
    await acme.hasMember('oscar');
    await acme.removes('bea', 'olivia');
    for (const events of [oscar, bea])
      expect((await events.several(2)).map(({ data }) => data!.billingAdminRosterChanged.version)).toEqual([9, 10]);
  });

  test('R13 removing the organization ends the streams of all of its members', async () => {
    const acme = await seed();
    const streams = await Promise.all([
      subscribe('mia', acme.id),
      subscribe('olivia', acme.id),
      subscribe('olivia', acme.id, BILLING_CHANGED),
    ]);
    await Promise.all(streams.map((events) => events.next()));
    await service.asHost(REMOVE_ORGANIZATION, { organizationId: acme.id });
    await Promise.all(streams.map((events) => events.completed));
    expect(streams.map((events) => events.all.slice(1))).toEqual([
      [refusal('billingAdminRosterChanged')],
      [refusal('billingAdminRosterChanged')],
      [refusal('billingChanged')],
    ]);

    const late = await subscribe('olivia', acme.id);
    await late.completed;
    expect(late.all).toEqual([refusal('billingAdminRosterChanged')]);
  });

  test('R13 removing the user ends their streams', async () => {
    const acme = await seed();
    await acme.hasMember('gus');
    const events = await subscribe('gus', acme.id);
    await events.next();
    await service.asHost('mutation { removeUser(input: { userId: "gus" }) { changed } }');
    await events.completed;
    expect(events.all.slice(1)).toEqual([refusal('billingAdminRosterChanged')]);
  });

  describe('in the middle of an event', () => {
    const viewer: Viewer = { id: 'mia', scopes: new Set(), expiresAt: Infinity };

    /** mia's subscription. `interruption` happens while the second event is being answered. */
    const interrupted = async (
      organizationId: string,
      at: 'viewed' | 'rosters',
      interruption: () => Promise<unknown>,
    ) => {
      const { services } = service;
      let events = 0;
      const freshReads = () => {
        const interrupts = (events += 1) === 2;
        const { subscriptionReads } = services;
        return createOperationReads(
          services.database.reader,
          viewer.id,
          {
            viewed: async (ids, viewerId) => {
              if (interrupts && at === 'viewed') await interruption();
              return subscriptionReads.viewed(ids, viewerId);
            },
            viewedWithRoster: (id, viewerId) => subscriptionReads.viewedWithRoster(id, viewerId),
            rosters: async (ids) => {
              if (interrupts && at === 'rosters') await interruption();
              return subscriptionReads.rosters(ids);
            },
            people: (keys) => subscriptionReads.people(keys),
          },
          services.monotonicClock,
        );
      };
      const answers = await subscribeToEvents(
        {
          schema: buildSchema(),
          document: parse(ROSTER_CHANGED),
          variableValues: { organizationId },
          contextValue: operationContext(services, viewer, COUNTED),
        },
        freshReads,
      );
      if (!(Symbol.asyncIterator in answers)) throw new Error('The subscription was refused.');
      return answers;
    };

    test.each(['viewed', 'rosters'] as const)(
      'L4 access lost while an event is being answered (%s) is refused once, and that is the end',
      async (at) => {
        const acme = await seed();
        const gone = () => service.asHost(REMOVE_ORGANIZATION, { organizationId: acme.id });
        const answers = await interrupted(acme.id, at, gone);
        await answers.next();
        await acme.adds('ada', 'olivia');
        const { value } = (await answers.next()) as { value: unknown };
        expect(JSON.parse(JSON.stringify(value))).toMatchObject({
          data: null,
          errors: [{ path: ['billingAdminRosterChanged'], message: 'You do not have access to this.' }],
        });
        expect(await answers.next()).toEqual({ done: true, value: undefined });
      },
    );

    describe('between its answer and the client', () => {
      let now = 0;

      /**
       * A subscription with its own responses. Its second answer is held until `event` has happened, and for so long that
       * access has to be read again.
       */
      const held = async (query: string, viewerId: string, organizationId: string, event: () => Promise<unknown>) => {
        const { services } = service;
        let events = 0;
        const answers = await subscribeToEvents(
          {
            schema: buildSchema(),
            document: parse(query),
            variableValues: { organizationId },
            contextValue: operationContext(services, { ...viewer, id: viewerId }, COUNTED),
          },
          () => createOperationReads(services.database.reader, viewerId, services.subscriptionReads, () => now),
          async (args) => {
            const answer = await execute(args);
            if ((events += 1) === 2) {
              await event();
              now += 251;
            }
            return answer;
          },
        );
        if (!(Symbol.asyncIterator in answers)) throw new Error('The subscription was refused.');
        await answers.next();
        return answers;
      };

      const nextOf = async (answers: AsyncIterableIterator<unknown>) =>
        JSON.parse(JSON.stringify((await answers.next()).value)) as Data;

      test.each([
        ['billingAdminRosterChanged', ROSTER_CHANGED, (acme: Acme) => acme.adds('ada', 'olivia')],
        ['billingChanged', BILLING_CHANGED, (acme: Acme) => acme.hasMember('ada')],
      ])(
        'A8 L4 a member who is removed while an event of %s is held gets a refusal in its place',
        async (field, query, change) => {
          const acme = await seed();
          const answers = await held(query, 'mia', acme.id, () => acme.loses('mia'));
          await change(acme);
          expect(await nextOf(answers)).toMatchObject({ data: null, errors: [{ path: [field] }] });
          expect(await answers.next()).toEqual({ done: true, value: undefined });
        },
      );

      test('A8 A5 an owner who is demoted while an event is held is not told what owners alone may see', async () => {
        const acme = await seed();
        const query = `subscription ($organizationId: ID!) { billingAdminRosterChanged(organizationId: $organizationId) {
          version roster { eligibleTeammates { nodes { email } } } } }`;
        const answers = await held(query, 'oscar', acme.id, () => acme.hasMember('oscar'));
        await acme.adds('ada', 'olivia');
        const event = await nextOf(answers);
        expect(event.data.billingAdminRosterChanged).toEqual({ version: 9, roster: { eligibleTeammates: null } });
      });

      test('A8 L9 an owner who is demoted while an event for owners is held is told the next that members may see', async () => {
        const acme = await seed();
        const answers = await held(BILLING_CHANGED, 'oscar', acme.id, () => acme.hasMember('oscar'));
        await acme.invites('inv-1', 'somebody@example.com');
        const event = nextOf(answers);
        await acme.hasMember('ada');
        expect((await event).data.billingChanged.kind).toBe('ROLE_CHANGED');
      });
    });

    test('L2 an event that could not be answered ends the stream, so that a resume finds it: no silent gap', async () => {
      const acme = await seed();
      const answers = await interrupted(acme.id, 'rosters', () => Promise.reject(new Error('The disk is on fire.')));
      await answers.next();
      await acme.adds('ada', 'olivia');
      expect(await answers.next()).toMatchObject({ done: false, value: { data: null, errors: [{}] } });
      await acme.removes('ada', 'olivia');
      expect(await answers.next()).toEqual({ done: true, value: undefined });
    });
  });
});
