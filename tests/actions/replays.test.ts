import { type BillingEvent, watchBilling } from '../../src/actions/billing/watch-billing';
import type { Subscriber } from '../../src/actions/subscriptions/subscriber-group';
import type { LogSubscriber } from '../../src/actions/subscriptions/followed-log';
import { type RosterEvent, watchRoster } from '../../src/actions/roster/watch-roster';
import type { LogPosition } from '../../src/domain/log/log-position';
import { Arrivals } from '../support/arrivals';
import { Gate } from '../support/gate';
import { seedAcme } from '../support/seed';
import { startServices, type TestServices } from '../support/services';

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

const mia = (after: number): LogSubscriber => ({
  organizationId: acme.id,
  viewerId: 'mia',
  after,
  listener: null,
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
  const member = (viewerId: string, position: number): Subscriber => ({
    position,
    viewerId,
    listener: {
      shares: 'all',
      isReady: () => true,
      answer: (event) => Promise.resolve(Buffer.from((event as { kind: string }).kind)),
      tell: (answer: Buffer) => doings.note(`${viewerId} is told ${answer.toString()}`),
    },
    cohort: null,
    detach: (head: LogPosition | null) => doings.note(`${viewerId} is detached before ${head?.version}`),
  });
  const gate = new Gate();
  const { reader } = services.database;
  const rows: typeof reader.rows = async (sql, values) => {
    if (sql.includes('LEFT JOIN log_entries')) await gate.opened;
    return reader.rows(sql, values);
  };
  const ground = { ...services, database: { ...services.database, reader: { ...reader, rows } } };
  const group = services.groups.of(ground, acme.id, 8, (entry) => entry);
  for (const id of ['mia', 'ada']) group.join(member(id, 8), { standing: 'TEAMMATE', at: 8 });

  await acme.loses('mia');
  await group.moved();
  await acme.hasMember('mia');
  gate.open();
  expect((await doings.several(3)).map((doing) => doing.replace(/ before .*/, '')).sort()).toEqual([
    'ada is told TEAMMATE_JOINED',
    'ada is told TEAMMATE_LEFT',
    'mia is detached',
  ]);
});
