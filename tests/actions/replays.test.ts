import { type BillingEvent, watchBilling } from '../../src/actions/billing/watch-billing';
import type { GroupSubscriber } from '../../src/actions/subscriptions/subscriber-group';
import type { SubscriptionRequest } from '../../src/actions/subscriptions/subscriber';
import { type RosterEvent, watchRoster } from '../../src/actions/roster/watch-roster';
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

/** mia joined at version 7, sequence 8; bea's grant is version 8, sequence 9. */
beforeEach(async () => {
  acme = await seedAcme(services, `acme-${++count}`);
});

const mia = (after: number): SubscriptionRequest => ({
  organizationId: acme.id,
  viewerId: 'mia',
  after,
  output: null,
  connection: { cutOff: () => undefined },
});

/** What a group does to its members. */
class Doings extends Arrivals<string> {
  note(doing: string): void {
    this.take(doing);
  }
}

async function told<Event extends RosterEvent | BillingEvent>(events: AsyncIterator<Event>, position: keyof Event) {
  const { value } = (await events.next()) as { value: Event };
  const kind = 'kind' in value ? value.kind : (value.change?.kind ?? null);
  return [value[position], kind];
}

test('A10 L2 who leaves and joins again in the middle of a replay is told the current roster in place of what they missed', async () => {
  await acme.adds('ada', 'olivia');
  await acme.removes('ada', 'olivia');
  const events = watchRoster(services, mia(8));
  expect(await told(events, 'version')).toEqual([9, 'ADMIN_ADDED']);

  await acme.loses('mia');
  await acme.removes('bea', 'olivia');
  await acme.hasMember('mia');
  await acme.adds('ada', 'olivia');
  expect(await told(events, 'version')).toEqual([14, null]);
  await acme.removes('ada', 'olivia');
  expect(await told(events, 'version')).toEqual([15, 'ADMIN_REMOVED']);
  await events.return?.();
});

test('A10 L9 the same in the middle of a replay of what is no roster change', async () => {
  await acme.hasMember('ada');
  await acme.hasOrgAdmin('ada');
  const events = watchBilling(services, mia(9));
  expect(await told(events, 'sequence')).toEqual([10, 'ROLE_CHANGED']);

  await acme.loses('mia');
  await acme.hasMember('ada');
  await acme.hasMember('mia');
  await acme.hasOrgAdmin('ada');
  expect(await told(events, 'sequence')).toEqual([15, null]);
  await acme.hasMember('ada');
  expect(await told(events, 'sequence')).toEqual([16, 'ROLE_CHANGED']);
  await events.return?.();
});

test('A10 who leaves and joins again before they are live again is told what happened since, and nothing of between', async () => {
  const events = watchRoster(services, mia(8));
  const next = told(events, 'version');
  await acme.adds('ada', 'olivia');
  expect(await next).toEqual([9, 'ADMIN_ADDED']);
  for (let times = 0; times < 3; times++) {
    await acme.loses('mia');
    await acme.hasMember('mia');
  }
  expect(await told(events, 'version')).toEqual([15, null]);
  await events.return?.();
});

test('A10 who is live and has joined again before their leaving is delivered continues on their own', async () => {
  const doings = new Doings();
  const member = (viewerId: string): GroupSubscriber =>
    memberOf(
      { viewerId, position: 8, role: 'TEAMMATE', roleAt: 8 },
      {
        shares: 'all',
        isReady: () => true,
        answer: (event) => Promise.resolve(Buffer.from(String((event as RosterEvent).change?.kind))),
        tell: (answer) => doings.note(`${viewerId} is told ${(answer as Buffer).toString()}`),
      },
      (newest) => doings.note(`${viewerId} is detached before ${newest?.version}`),
    );
  const begun = new Gate();
  const gate = new Gate();
  const group = groupOn(services, acme.id, 8, {
    accessChangedAfter: async (...asked) => {
      begun.open();
      await gate.opened;
      return services.subscriptionReads.accessChangedAfter(...asked);
    },
  });
  for (const id of ['mia', 'ada']) group.join(member(id));

  await acme.loses('mia');
  await begun.opened;
  await acme.hasMember('mia');
  gate.open();
  expect((await doings.several(3)).map((doing) => doing.replace(/ before .*/, '')).sort()).toEqual([
    'ada is told TEAMMATE_JOINED',
    'ada is told TEAMMATE_LEFT',
    'mia is detached',
  ]);
});
