import { seedAcme } from '../kits/organizations/seed';
import { ServerProxy } from '../kits/servers/server-proxy';
import { type Answer, startAnother, startTestService, type TestService } from '../kits/service/service';

/** Operations that are tried with an access that has been taken, in each of the two tests; TEST_TRIES sets another number. */
const TRIES = Number(process.env.TEST_TRIES ?? 1_000);
/** Of them after each removal, half of them on each instance. */
const AFTER_EACH = 20;
/** Organizations in which it happens at the same time. */
const AT_ONCE = 10;

const ORGANIZATION_ONLY = 'query ($id: ID!) { organization(id: $id) { id } }';
const ACTIVITY = 'query ($id: ID!) { organization(id: $id) { billing { activity(first: 1) { nodes { id } } } } }';
const SWITCH_OFF = `mutation ($id: ID!) {
  updateAutoRecharge(input: { organizationId: $id, enabled: false, creditPackKey: "none", thresholdCredits: 0 }) {
    userErrors { code }
  }
}`;

const REMOVE_ADMIN =
  'mutation ($id: ID!) { payload: removeBillingAdmin(input: { organizationId: $id, userId: "bea" }) { changed } }';
const ADD_ADMIN =
  'mutation ($id: ID!) { payload: addBillingAdmin(input: { organizationId: $id, userId: "bea" }) { changed } }';
const REMOVE_MEMBER =
  'mutation ($id: ID!) { payload: removeMember(input: { organizationId: $id, userId: "bea" }) { changed } }';

let proxy: ServerProxy;
let instances: [TestService, TestService];
let tokens: { host: string; olivia: string; bea: string };

beforeAll(async () => {
  proxy = await ServerProxy.before(process.env.TEST_REDIS_URL ?? '');
  // So many calls of so few people are over every rate.
  const most = '1000000000';
  const environment = {
    REDIS_URL: proxy.url,
    USER_RATE_LIMIT: most,
    SERVICE_RATE_LIMIT: most,
    ADDRESS_RATE_LIMIT: most,
  };
  const first = await startTestService({ environment });
  instances = [first, await startAnother(first, { environment })];
  tokens = {
    host: await first.token('host', { scopes: ['directory:write'] }),
    olivia: await first.token('olivia'),
    bea: await first.token('bea'),
  };
});

afterAll(async () => {
  const [first, second] = instances;
  await second.close();
  await first.close();
  await proxy.close();
});

const mayManage = ({ data, errors }: Answer) =>
  errors === undefined && (data?.updateAutoRecharge != null || data?.organization?.billing?.activity != null);

/** Whether the answer is that of somebody who may not, rather than of a service that is unwell. */
const isRefusal = ({ data, errors = [] }: Answer) =>
  errors.length === 0
    ? data?.organization === null
    : errors.every(({ extensions }) => extensions?.code === 'FORBIDDEN');

/** Takes bea's access on one instance, and tries it at once on both. How many tries were refused, and how many were made. */
async function takeAndTry(id: string, round: number): Promise<{ tried: number; refused: number }> {
  const [taking, other] = round % 2 === 0 ? instances : ([...instances].reverse() as typeof instances);
  // Both have seen the access, or there would be nothing old to be allowed by.
  const before = [other.send(tokens.bea, ACTIVITY, { id }), taking.send(tokens.bea, SWITCH_OFF, { id })];
  expect((await Promise.all(before)).map(mayManage)).toEqual([true, true]);

  const leaves = round % 4 >= 2;
  const removed = await taking.send(leaves ? tokens.host : tokens.olivia, leaves ? REMOVE_MEMBER : REMOVE_ADMIN, {
    id,
  });
  expect(removed.data).toEqual({ payload: { changed: true } });

  const documents = leaves ? [ACTIVITY, SWITCH_OFF, ORGANIZATION_ONLY] : [ACTIVITY, SWITCH_OFF];
  const answers = await Promise.all(
    Array.from({ length: AFTER_EACH }, (_, i) =>
      (i % 2 === 0 ? other : taking).send(tokens.bea, documents[Math.floor(i / 2) % documents.length]!, { id }),
    ),
  );
  if (leaves) await comeBack(id);
  expect((await taking.send(tokens.olivia, ADD_ADMIN, { id })).data).toEqual({ payload: { changed: true } });
  return { tried: answers.length, refused: answers.filter(isRefusal).length };
}

async function comeBack(id: string): Promise<void> {
  const member = { organizationId: id, role: 'MEMBER', user: { id: 'bea', name: 'Bea', email: 'bea@example.com' } };
  const sync = 'mutation ($input: SyncMemberInput!) { syncMember(input: $input) { changed } }';
  await instances[0].send(tokens.host, sync, { input: member });
}

test.each(['up', 'down'])(
  `A8 after an access was taken on one instance, none of ${TRIES} operations on any is allowed by it, with Redis %s`,
  async (redis) => {
    if (redis === 'down') {
      proxy.refuse();
      await proxy.cutAll();
    }
    let tried = 0;
    let refused = 0;
    const inOrganization = async (id: string) => {
      await seedAcme(instances[0].services, id);
      for (let round = 0; round < TRIES / AFTER_EACH / AT_ONCE; round++) {
        const outcome = await takeAndTry(id, round);
        tried += outcome.tried;
        refused += outcome.refused;
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, (_, i) => inOrganization(`acme-${redis}-${i}`)));
    expect({ tried, refused }).toEqual({ tried: TRIES, refused: TRIES });
  },
  300_000,
);
