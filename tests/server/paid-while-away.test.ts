import { openDatabase } from '../../src/store/open-database';
import { logOf } from '../kits/organizations/log';
import { billingOf, moneyIn, paying } from '../kits/billing/paying';
import { seedAcme } from '../kits/organizations/seed';
import { startTestService, type TestService } from '../kits/service/service';
import { sandboxOn } from '../kits/service/services';
import { BILLING_CHANGED, connect, Events } from '../kits/clients/socket';

let service: TestService;

beforeEach(async () => {
  service = await startTestService();
  await seedAcme(service.services);
});

afterEach(() => service.close());

const acme = () => paying(service.services, service.payer, 'acme');

/** The payer pays on the page while the service is down, and nobody ever tells it. Resolves once it has told of `kind`. */
async function paysWhileAway(page: string, kind: string): Promise<void> {
  const afterSequence = (await logOf(service.services, 'acme')).length;
  service = await service.restart(async () => {
    const database = await openDatabase({ url: service.databaseUrl });
    const { payer } = sandboxOn(database);
    const { services } = service;
    expect(await paying({ ...services, database }, payer, 'acme').paysUnheard(page)).toBe('DONE');
    await database.close();
  });
  const client = connect(service, await service.token('mia'));
  const events = new Events(client, BILLING_CHANGED, { organizationId: 'acme', afterSequence });
  await events.through(({ data }) => data?.billingChanged.kind === kind);
  await client.dispose();
}

test('B6 credits that were paid for while the service was down are there when it is back, once, in the name of the buyer', async () => {
  await acme().subscribes('olivia');
  const page = await acme().ordersPack('bea');
  expect(await billingOf(service.services, 'acme')).toMatchObject({ topUp: 0 });
  await paysWhileAway(page, 'TOP_UP_PAID');
  service = await service.restart();
  expect(await billingOf(service.services, 'acme')).toMatchObject({ topUp: 1_000 });
  expect((await moneyIn(service.services, 'acme')).filter((entry) => entry.startsWith('TOP_UP'))).toEqual([
    'TOP_UP_PAID +1000 2500 by bea',
  ]);
});

test('B6 a first subscription that was paid for while the service was down is there with its credits when it is back', async () => {
  const page = await acme().asksFor('bea', 'team', 'ANNUAL');
  await paysWhileAway(page ?? '', 'INCLUDED_CREDITS_GRANTED');
  expect(await billingOf(service.services, 'acme')).toMatchObject({
    ...{ status: 'ACTIVE', planKey: 'team', cadence: 'ANNUAL' },
    included: 10_000,
  });
  expect(await moneyIn(service.services, 'acme')).toEqual([
    'INVOICE_PAID 99000 by bea',
    'INCLUDED_CREDITS_GRANTED +10000',
  ]);
});
