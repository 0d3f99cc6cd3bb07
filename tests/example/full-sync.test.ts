import { RandomHistory } from '../kits/example/random-history';
import { RunningExample } from '../kits/example/running-example';
import { withRandom } from '../kits/basics/random';

const PEOPLE = ['Olivia', 'Bea', 'Mia', 'Zoe', 'Ada', 'Tom', 'Ben'];
/** So many steps that the application allows. */
const STEPS = 60;

let example: RunningExample;

beforeAll(async () => {
  example = await RunningExample.start({ proxied: true });
});
afterAll(() => example.end());
beforeEach(() => example.proxy.always(null));

/** An organization of an owner and a billing admin. */
async function acme() {
  const [olivia, bea] = [await example.signUp('Olivia'), await example.signUp('Bea')];
  const id = await olivia.createOrganization('Acme');
  const beaMemberId = await olivia.takesIn(bea, id);
  await example.settled();
  await olivia.addsBillingAdmin(bea.id, id);
  expect(await example.accessOf(id, olivia, bea)).toEqual(['OWNER', 'BILLING_ADMIN']);
  return { id, olivia, bea, beaMemberId };
}

test('D2 D3 after calls that were dropped, repeated, late and out of order, one full sync makes both sides equal', () =>
  withRandom(async (random) => {
    const { proxy } = example;
    const people = [];
    for (const name of PEOPLE) people.push(await example.signUp(name));
    const history = new RandomHistory(example, random, people);
    proxy.misbehave(random);
    for (let done = 0; done < STEPS;) {
      if (!(await history.step())) continue;
      done += 1;
      if (done % 20 === 0) await proxy.release(random);
      if (done === STEPS / 2) await history.deleteSomebody();
    }
    await example.settled();
    await proxy.release(random);
    for (const count of Object.values(proxy.counts)) expect(count).toBeGreaterThan(0);

    proxy.always(null);
    const { id, olivia, bea } = await acme();
    history.organizationIds.push(id);
    history.people.push(olivia, bea);
    proxy.always('LOST');
    await bea.does('organization/leave', { organizationId: id });
    await example.settled();
    const before = await history.bothSides();
    expect(before.service).not.toEqual(before.application);
    expect(await example.compared()).toContain(`${id} member ${bea.id}: only in the service`);

    proxy.always(null);
    await example.fullSync('--max-removals=100');
    const { application, service } = await history.bothSides();
    expect(service).toEqual(application);
    expect(await example.compared()).toMatch(/^In step: /);
  }));

test('D3 R6 a removal that was lost is made good; before that, it can be looked at, and bounded', async () => {
  const { id, olivia, bea } = await acme();
  example.proxy.always('LOST');
  await bea.does('organization/leave', { organizationId: id });
  await example.settled();
  example.proxy.always(null);
  expect(await example.accessOf(id, olivia, bea)).toEqual(['OWNER', 'BILLING_ADMIN']);

  expect(await example.fullSync('--dry-run')).toContain(`${id}: not removed ${bea.id}`);
  await expect(example.fullSync('--max-removals=0')).rejects.toThrow('TOO_MANY_REMOVALS');
  expect(await example.accessOf(id, olivia, bea)).toEqual(['OWNER', 'BILLING_ADMIN']);

  expect(await example.fullSync()).toContain(`${id}: removed ${bea.id}`);
  expect(await example.accessOf(id, olivia, bea)).toEqual(['OWNER', null]);
  expect(await example.fullSync()).toBe('');
  await olivia.takesIn(bea, id);
  await example.settled();
  expect(await example.accessOf(id, olivia, bea)).toEqual(['OWNER', 'MEMBER']);
});

test('D3 R13 a deleted user and a deleted organization of which no call arrived are gone after a full sync', async () => {
  const { id, olivia, bea } = await acme();
  const other = await olivia.createOrganization('Other');
  await olivia.takesIn(bea, other);
  await example.settled();
  example.proxy.always('LOST');
  await olivia.does('organization/delete', { organizationId: id });
  await bea.deletesAccount();
  await example.settled();
  example.proxy.always(null);
  await example.fullSync();
  expect(await example.accessOf(id, olivia, bea)).toEqual([null, null]);
  expect(await example.accessOf(other, olivia, bea)).toEqual(['OWNER', null]);
});

test('D2 a call that comes late neither gives a role back nor a membership', async () => {
  const { id, olivia, bea, beaMemberId } = await acme();
  example.proxy.always('LATE');
  await olivia.gives(beaMemberId, id, 'owner');
  await example.settled();
  example.proxy.always(null);
  await olivia.gives(beaMemberId, id, 'admin');
  await example.settled();
  await example.proxy.release(Math.random);
  expect(await example.accessOf(id, olivia, bea)).toEqual(['OWNER', 'BILLING_ADMIN']);

  example.proxy.always('LATE');
  await olivia.gives(beaMemberId, id, 'owner');
  await example.settled();
  example.proxy.always(null);
  await bea.does('organization/leave', { organizationId: id });
  await example.settled();
  await example.proxy.release(Math.random);
  expect(await example.accessOf(id, olivia, bea)).toEqual(['OWNER', null]);
});
