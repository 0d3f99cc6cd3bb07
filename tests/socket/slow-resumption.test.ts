import { syncMember } from '../../src/actions/directory/sync-member';
import { RawSocket } from '../kits/clients/raw-socket';
import type { organization } from '../kits/organizations/seed';
import { seedAcme } from '../kits/organizations/seed';
import { startTestService, type TestService } from '../kits/service/service';
import { connect, Events, ROSTER_CHANGED } from '../kits/clients/socket';

/** Changes that may come while a subscriber takes none. */
const BACKLOG = 20;

/** Far more than the buffers of the network hold: each event has some 150 kB. */
const MISSED = 120;

/** mia's own join: nothing is replayed to her from before (A10). */
const FIRST = 7;

const HEAVY = `subscription ($organizationId: ID!) {
  billingAdminRosterChanged(organizationId: $organizationId, afterVersion: ${FIRST - 1}) {
    version
    change { kind }
    roster { ${['a', 'b', 'c', 'd'].map((name) => `${name}: owners { id name email }`).join(' ')} }
  }
}`;

describe('a client that resumes and stops reading', () => {
  let service: TestService;
  let hasAda = false;

  beforeEach(async () => {
    hasAda = false;
    service = await startTestService({ environment: { SUBSCRIBER_BACKLOG: String(BACKLOG) } });
  });
  afterEach(() => service.close());

  /** An organization with so many owners of so long names that its events are large, and as many changes behind it. */
  const seed = async () => {
    const acme = await seedAcme(service.services);
    for (let i = 0; i < 80; i++)
      await syncMember(service.services, {
        organizationId: acme.id,
        role: 'OWNER',
        user: { id: `owner-${i}`, name: `${i} ${'ñ'.repeat(190)}`, email: `${i}@${'e'.repeat(240)}`, avatarUrl: null },
      });
    return acme;
  };

  /** Changes the roster, each change told to somebody else before the next: that is the pace of a service. */
  const change = async (acme: ReturnType<typeof organization>, witness: Events, times: number) => {
    for (let i = 0; i < times; i++) {
      await (hasAda ? acme.removes('ada', 'olivia') : acme.adds('ada', 'olivia'));
      hasAda = !hasAda;
      await witness.next();
    }
  };

  const begin = async () => {
    const acme = await seed();
    const witness = new Events(
      connect(service, await service.token('oscar')),
      ROSTER_CHANGED.replace('roster { version owners { id } admins { user { id } addedBy { id } } }', ''),
      { organizationId: acme.id },
    );
    const present: number = (await witness.next()).data!.billingAdminRosterChanged.version;
    expect(present).toBeGreaterThan(MISSED);
    const reader = await RawSocket.signIn(service, await service.token('mia'));
    reader.operate(HEAVY, { organizationId: acme.id });
    await reader.next();
    reader.stopReading();
    return { acme, witness, present, reader };
  };

  const told = (reader: RawSocket) =>
    reader.all.flatMap(({ type, payload }): [number, string | null][] => {
      const event = type === 'next' ? payload?.data?.billingAdminRosterChanged : undefined;
      return event ? [[event.version as number, (event.change?.kind as string | undefined) ?? null]] : [];
    });

  const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

  test('L2 waits as long as it takes: the past does not count as backlog, nor do a few changes in between', async () => {
    const { acme, witness, present, reader } = await begin();
    await change(acme, witness, BACKLOG);
    reader.readAgain();
    const last = present + BACKLOG;
    await reader.through(({ payload }) => payload?.data?.billingAdminRosterChanged.version === last);
    expect(told(reader).map(([version]) => version)).toEqual(range(FIRST, last));
    expect(told(reader).map(([, kind]) => kind)).not.toContain(null);
    reader.terminate();
  });

  test('L2 when more changes come than the bound, one current roster takes the place of what is left', async () => {
    const { acme, witness, present, reader } = await begin();
    await change(acme, witness, BACKLOG + 1);
    reader.readAgain();
    const last = present + BACKLOG + 1;
    await reader.through(({ payload }) => payload?.data?.billingAdminRosterChanged.version === last);
    await change(acme, witness, 2);
    await reader.several(2);

    const versions = told(reader);
    const gap = versions.findIndex(([, kind]) => kind === null);
    expect(versions.slice(0, gap).map(([version]) => version)).toEqual(range(FIRST, FIRST + gap - 1));
    expect(gap).toBeLessThan(present);
    expect(versions.slice(gap)).toEqual([
      [last, null],
      [last + 1, expect.any(String)],
      [last + 2, expect.any(String)],
    ]);
    reader.terminate();
  });

  test('L4 A8 is told nothing that was still to come once its access is gone', async () => {
    const { acme, witness, present, reader } = await begin();
    await acme.loses('mia');
    await witness.next();
    await change(acme, witness, 4);
    reader.readAgain();
    const messages = await reader.through(({ type }) => type === 'complete');

    expect(messages.at(-2)?.payload).toMatchObject({ data: null, errors: [{ extensions: { code: 'FORBIDDEN' } }] });
    // What had left before is beyond recall: an unbroken beginning of what was missed.
    const versions = told(reader).map(([version]) => version);
    expect(versions).toEqual(range(FIRST, FIRST + versions.length - 1));
    expect(versions.length).toBeLessThan(present);
    reader.terminate();
  });
});
