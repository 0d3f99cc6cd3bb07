import { ResumingRoster } from '../kits/clients/resuming-roster';
import { seedAcme } from '../kits/organizations/seed';
import { ServerProxy } from '../kits/servers/server-proxy';
import { startAnother, startTestService, type TestService } from '../kits/service/service';
import { connect } from '../kits/clients/socket';

let proxy: ServerProxy;
let writing: TestService;
let watching: TestService;
let count = 0;

/** Both instances reach Redis by a line that tests cut. */
beforeAll(async () => {
  proxy = await ServerProxy.before(process.env.TEST_REDIS_URL ?? '');
  const environment = { REDIS_URL: proxy.url };
  writing = await startTestService({ environment });
  watching = await startAnother(writing, { environment });
});

afterAll(async () => {
  await watching.close();
  await writing.close();
  await proxy.close();
});

const down = async () => {
  proxy.refuse();
  await proxy.cutAll();
};

/** Acme at version 8, and who has seen that on the other instance. */
async function acmeWatched() {
  count += 1;
  const acme = await seedAcme(writing.services, `acme-${count}`);
  const client = connect(watching, await watching.token('mia'));
  const roster = new ResumingRoster(client, acme.id);
  expect(await roster.next()).toMatchObject({ version: 8, kind: null });
  return { acme, roster, client };
}

type Acme = Awaited<ReturnType<typeof seedAcme>>;

const write = async (acme: Acme, times: number) => {
  for (let i = 1; i <= times; i++)
    expect(await (i % 2 === 1 ? acme.adds('ada', 'olivia') : acme.removes('ada', 'olivia'))).toMatchObject({
      changed: true,
    });
};

const from9 = (times: number) => Array.from({ length: times }, (_, i) => 9 + i);

test('E4 L1 changes on one instance reach who watches on another, each once and in order', async () => {
  const { acme, roster, client } = await acmeWatched();
  await write(acme, 100);
  const events = await roster.several(100);
  expect(events.map(({ version }) => version)).toEqual(from9(100));
  expect(events.map(({ kind }) => kind)).not.toContain(null);
  await client.dispose();
});

test('E4 L1 with Redis away they still do, and when it comes and goes while they are made', async () => {
  const { acme, roster, client } = await acmeWatched();
  await down();
  await write(acme, 10);
  const events = await roster.several(10);
  const coming = roster.several(60);
  for (let times = 0; times < 3; times++) {
    proxy.accept();
    await write(acme, 10);
    await down();
    await write(acme, 10);
  }
  proxy.accept();
  expect([...events, ...(await coming)].map(({ version }) => version)).toEqual(from9(70));
  await client.dispose();
});

test('E4 with a Redis that hangs, a change is answered and delivered all the same', async () => {
  const { acme, roster, client } = await acmeWatched();
  proxy.stall();
  await write(acme, 10);
  expect((await roster.several(10)).map(({ version }) => version)).toEqual(from9(10));
  proxy.flow();
  await client.dispose();
});

test('E4 L4 who loses membership on one instance is told so on the other, and nothing after it', async () => {
  const { acme, roster, client } = await acmeWatched();
  await acme.loses('mia');
  await acme.adds('ada', 'olivia');
  await expect(roster.completed).rejects.toMatchObject({ cause: [{ extensions: { code: 'FORBIDDEN' } }] });
  expect(roster.versions).toEqual([8]);
  await client.dispose();
});

test('E4 O1 an instance starts while Redis is away, and serves', async () => {
  await down();
  const late = await startAnother(writing, { environment: { REDIS_URL: proxy.url } });
  const acme = await seedAcme(writing.services, 'acme-late');
  const client = connect(late, await late.token('mia'));
  const roster = new ResumingRoster(client, acme.id);
  expect(await roster.next()).toMatchObject({ version: 8 });
  await acme.adds('ada', 'olivia');
  expect(await roster.next()).toMatchObject({ version: 9 });
  proxy.accept();
  await client.dispose();
  await late.close();
});
