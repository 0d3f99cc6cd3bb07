import { removeOrganization } from '../../src/actions/directory/remove-organization';
import type { SubscriptionReads } from '../../src/actions/loaders/subscription-reads';
import type { SharedOutput } from '../../src/actions/subscriptions/deliver';
import type { GroupSubscriber } from '../../src/actions/subscriptions/subscriber-group';
import { watchRoster } from '../../src/actions/roster/watch-roster';
import { Forbidden } from '../../src/domain/refusals';
import { billingRolesChangedAfter } from '../../src/store/memberships';
import type { BillingRole } from '../../src/domain/access/permissions';
import { Arrivals } from '../kits/basics/arrivals';
import { Gate } from '../kits/basics/gate';
import { groupOn, memberOf } from '../kits/pipeline/live-group';
import { seedAcme } from '../kits/organizations/seed';
import { startServices, type TestServices } from '../kits/service/services';

let services: TestServices;
let acme: Awaited<ReturnType<typeof seedAcme>>;
let count = 0;

beforeAll(async () => {
  services = await startServices();
});
afterAll(() => services.close());
beforeEach(async () => {
  acme = await seedAcme(services, `acme-${++count}`);
});

/** What a group does to its members, by name: which it tells as what, and which it detaches. */
class Doings extends Arrivals<string> {
  output(viewerId: string): SharedOutput {
    return {
      shares: 'all',
      isReady: () => true,
      answer: async (_event, reads) =>
        Buffer.from(String((await reads.viewed.load(acme.id))?.viewerBillingRole ?? 'nobody')),
      tell: (answer) => this.take(`${viewerId} is told as ${(answer as Buffer).toString()}`),
    };
  }

  member(viewerId: string, position: number, role: BillingRole = 'TEAMMATE', roleAt = position): GroupSubscriber {
    const detach = () => this.take(`${viewerId} is detached`);
    return memberOf({ viewerId, position, role, roleAt }, this.output(viewerId), detach);
  }
}

const version = async () => (await billingRolesChangedAfter(services.database.reader, acme.id, 0))?.version ?? 0;

test('A8 the billing role of a subscriber that changed before it joined the group is read again', async () => {
  const billingRoleAt = await version();
  // Both changes are older than what the group tells next, and newer than what the members know of themselves.
  await acme.loses('mia');
  await acme.adds('ada', 'olivia');
  const position = await version();
  const doings = new Doings();
  const group = groupOn(services, acme.id, position);
  const members = [
    doings.member('mia', position, 'TEAMMATE', billingRoleAt),
    doings.member('ada', position, 'TEAMMATE', billingRoleAt),
    doings.member('bea', position, 'BILLING_ADMIN', position),
  ];
  for (const member of members) expect(group.join(member)).toBe(true);
  await acme.hasMember('new');
  expect((await doings.several(3)).sort()).toEqual([
    'ada is told as BILLING_ADMIN',
    'bea is told as BILLING_ADMIN',
    'mia is detached',
  ]);
});

/** Stands before the group's reads: of its members' billing roles, and of the organization. */
interface Before {
  readonly billingRoles?: () => unknown;
  readonly organization?: () => unknown;
}

/** mia in a group that is being told of a change, at whose reads something else happens first. */
async function miaIsBeingTold(before: Before) {
  const begun = new Gate();
  const reads: Partial<SubscriptionReads> = {
    accessChangedAfter: async (...asked) => {
      await before.billingRoles?.();
      return services.subscriptionReads.accessChangedAfter(...asked);
    },
    organization: async (id) => {
      begun.open();
      await before.organization?.();
      return services.subscriptionReads.organization(id);
    },
  };
  const position = await version();
  const doings = new Doings();
  const group = groupOn(services, acme.id, position, reads);
  group.join(doings.member('mia', position));
  await acme.hasMember('new');
  await begun.opened;
  return { doings, position };
}

const someTurns = async () => {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
};

const fails = () => Promise.reject(new Error('It fails.'));

test('A8 nobody is told or detached while their billing role is still being read', async () => {
  const gate = new Gate();
  const { doings } = await miaIsBeingTold({ billingRoles: () => gate.opened });
  await someTurns();
  expect(doings.all).toEqual([]);
  gate.open();
  expect(await doings.next()).toBe('mia is told as TEAMMATE');
});

test.each(['billingRoles', 'organization'] as const)(
  'members are detached where their %s cannot be read',
  async (what) => {
    const { doings } = await miaIsBeingTold({ [what]: fails });
    expect(await doings.next()).toBe('mia is detached');
  },
);

test('A8 of more changes than are looked at one by one, everybody is asked for', async () => {
  const billingRoleAt = await version();
  for (let i = 0; i < 501; i++) {
    await acme.adds('mia', 'olivia');
    await acme.removes('mia', 'olivia');
  }
  await acme.loses('ada');
  const { reader } = services.database;
  expect((await billingRolesChangedAfter(reader, acme.id, billingRoleAt))?.viewerIds).toBeNull();
  expect(await billingRolesChangedAfter(reader, acme.id, billingRoleAt + 1_001)).toEqual({
    version: billingRoleAt + 1_003,
    viewerIds: new Set(['mia', 'ada']),
  });
  const position = await version();
  const doings = new Doings();
  const group = groupOn(services, acme.id, position);
  for (const id of ['mia', 'ada']) group.join(doings.member(id, position, 'TEAMMATE', billingRoleAt));
  await acme.hasMember('new');
  expect((await doings.several(2)).sort()).toEqual(['ada is detached', 'mia is told as TEAMMATE']);
});

test('R13 L4 the end of an organization is told while its group is being told of a change, and holds up nobody else', async () => {
  const gate = new Gate();
  const { doings, position } = await miaIsBeingTold({ billingRoles: () => gate.opened });

  // A subscriber that has seen that change already, and joins when the organization has been removed.
  const latecomer = watchRoster(services, {
    organizationId: acme.id,
    viewerId: 'ada',
    after: position,
    output: { ...doings.output('ada'), isReady: () => false },
    connection: { cutOff: () => undefined },
  });
  expect(await latecomer.next()).toMatchObject({ value: { version: position + 1 } });
  await removeOrganization(services, { organizationId: acme.id });
  await expect(latecomer.next()).rejects.toThrow(Forbidden);
  gate.open();
  expect(await doings.next()).toBe('mia is detached');
});

test('R13 an organization that was removed has no billing roles', async () => {
  expect(await billingRolesChangedAfter(services.database.reader, 'never', 0)).toBeNull();
});
