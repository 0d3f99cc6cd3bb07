import { syncMember } from '../../src/actions/directory/sync-member';
import { watchRoster } from '../../src/actions/roster/watch-roster';
import { RawSocket } from '../kits/clients/raw-socket';
import { organization, seedAcme } from '../kits/organizations/seed';
import { type Data, startTestService, type TestService } from '../kits/service/service';
import { startServices } from '../kits/service/services';
import { connect, Events } from '../kits/clients/socket';

const HEAVY = `subscription ($afterVersion: SafeInt) {
  billingAdminRosterChanged(organizationId: "acme", afterVersion: $afterVersion) {
    version
    change { kind }
    roster { owners { id name email } }
  }
}`;

const LIGHT = `subscription { billingAdminRosterChanged(organizationId: "acme") { version } }`;

/** Changes that may come while a subscriber takes none. */
const BACKLOG = 20;

const versionOf = (data: Data | null | undefined) => data?.billingAdminRosterChanged.version as number;

describe('a client that stops reading', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await startTestService({ environment: { SUBSCRIBER_BACKLOG: String(BACKLOG) } });
    await seedAcme(service.services);
    // Enough people with long names that a few hundred events are more than the network's own buffers hold.
    for (let i = 0; i < 150; i++)
      await syncMember(service.services, {
        organizationId: 'acme',
        role: 'OWNER',
        user: { id: `owner-${i}`, name: `${i} ${'n'.repeat(190)}`, email: `${i}@${'e'.repeat(240)}`, avatarUrl: null },
      });
  });

  afterAll(() => service.close());

  test('L7 is cut off, the others do not notice, and it resumes without a loss', async () => {
    const acme = organization(service.services, 'acme');
    const token = await service.token('mia');
    const stalled = await RawSocket.signIn(service, token);
    stalled.operate(HEAVY);
    const first = versionOf((await stalled.next()).payload?.data as Data);
    stalled.stopReading();
    const other = connect(service, await service.token('oscar'));
    const events = new Events(other, LIGHT, {});
    await events.next();

    const last = first + 400;
    for (let version = first + 1; version <= last; version++) {
      await (version % 2 === first % 2 ? acme.removes('mia', 'olivia') : acme.adds('mia', 'olivia'));
      expect(versionOf((await events.next()).data)).toBe(version);
    }

    stalled.readAgain();
    expect((await stalled.closed).code).toBe(1006);
    const told = stalled.all.flatMap(({ type, payload }) =>
      type === 'next' ? [versionOf(payload?.data as Data)] : [],
    );
    expect(told.shift()).toBe(first);
    expect(told).toEqual(told.map((_, index) => first + 1 + index));
    expect(told.length).toBeLessThan(400);

    const resumed = new Events(other, HEAVY, { afterVersion: told.at(-1) ?? first });
    for (let version = first + told.length + 1; version <= last; version++)
      expect(versionOf((await resumed.next()).data)).toBe(version);
    await other.dispose();
  });
});

describe('a subscriber who catches up', () => {
  test('L2 is told what was missed however much that is, and one current roster if more than the bound came in the meantime', async () => {
    const services = await startServices({ backlogLimit: 5 });
    const acme = await seedAcme(services);
    const turns = async (count: number) => {
      for (let i = 0; i < count; i++) await (i % 2 === 0 ? acme.adds('mia', 'olivia') : acme.removes('mia', 'olivia'));
    };
    await turns(20);
    const onStalled = jest.fn();
    const connection = { cutOff: onStalled };
    const watching = () =>
      watchRoster(services, { organizationId: 'acme', viewerId: 'olivia', after: 0, output: null, connection });
    const versions = async (events: ReturnType<typeof watching>, count: number) => {
      const told = [];
      for (let i = 0; i < count; i++) told.push((await events.next()).value);
      return told.map((event) => [event?.version, event?.change?.kind ?? null]);
    };
    const seeded = 8;

    // Five more come while it replays: within the bound, so that each is told.
    const steady = watching();
    await versions(steady, 3);
    await turns(4);
    const rest = await versions(steady, seeded + 24 - 3);
    expect(rest.map(([version]) => version)).toEqual(rest.map((_, index) => index + 4));
    expect(rest.every(([, kind]) => kind !== null)).toBe(true);
    await steady.return?.();

    const overtaken = watching();
    await versions(overtaken, 3);
    await turns(6);
    expect(await versions(overtaken, 1)).toEqual([[seeded + 30, null]]);
    await turns(1);
    expect(await versions(overtaken, 1)).toEqual([[seeded + 31, 'ADMIN_ADDED']]);
    await overtaken.return?.();

    expect(onStalled).not.toHaveBeenCalled();
    await services.close();
  });
});
