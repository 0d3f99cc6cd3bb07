import { removeOrganization } from '../../src/actions/directory/remove-organization';
import { removeUser } from '../../src/actions/directory/remove-user';
import { paying } from '../kits/billing/paying';
import { publishNow } from '../kits/organizations/host-feed';
import { logOf } from '../kits/organizations/log';
import { seedAcme } from '../kits/organizations/seed';
import { type Data, startTestService, type TestService } from '../kits/service/service';

const CANCEL = `mutation ($input: OrganizationInput!, $reason: CancellationReason, $comment: String) {
  cancelSubscription(input: $input, reason: $reason, comment: $comment) {
    billing { scheduledChange { plan { key } } activity(first: 1) { nodes { kind messageCode values } } } userErrors { messageCode } } }`;
const COMMENTS = `query ($id: ID!) { cancellationComments(organizationId: $id) { userId reason comment canceledAt } }`;

let service: TestService;
let id: string;
let count = 0;

beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.close());

beforeEach(async () => {
  id = `acme-${++count}`;
  await seedAcme(service.services, id);
});

const money = () => paying(service.services, service.payer, id);

const cancels = async (said: Data, who = 'bea') => {
  const { data, errors } = await service.as(who)(CANCEL, { input: { organizationId: id }, ...said });
  return { payload: data?.cancelSubscription as Data, codes: (errors ?? []).map(({ extensions }) => extensions.code) };
};

const host = async (scope: string) => service.token('host', { scopes: [scope] });
const comments = async (): Promise<Data[]> => {
  const { data, errors } = await service.send(await host('events:read'), COMMENTS, { id });
  expect(errors).toBeUndefined();
  return data!.cancellationComments as Data[];
};
const everythingLogged = async () => JSON.stringify(await logOf(service.services, id));

test('B4 the reason stands in the log, and the comment is read by the host alone', async () => {
  await money().subscribes('olivia');
  const { payload } = await cancels({ reason: 'TOO_COMPLEX', comment: 'I got lost in it.' });
  expect(payload.userErrors).toEqual([]);
  expect(payload.billing.activity.nodes).toEqual([
    {
      kind: 'SUBSCRIPTION_CANCEL_SCHEDULED',
      messageCode: 'SUBSCRIPTION_CANCEL_SCHEDULED',
      values: { actor: { id: 'bea', name: 'Name of bea' }, atProvider: false, reason: 'TOO_COMPLEX' },
    },
  ]);
  expect(await comments()).toEqual([
    { userId: 'bea', reason: 'TOO_COMPLEX', comment: 'I got lost in it.', canceledAt: expect.any(String) },
  ]);
  expect(await everythingLogged()).not.toContain('lost');

  await publishNow(service.services);
  const { data } = await service.send(
    await host('events:read'),
    '{ hostEvents(first: 1000) { nodes { organizationId type data } } }',
  );
  const events = (data!.hostEvents.nodes as Data[]).filter(({ organizationId }) => organizationId === id);
  expect(events.find(({ type }) => type === 'subscription.cancel_scheduled')!.data).toMatchObject({
    reason: 'TOO_COMPLEX',
    actorId: 'bea',
  });
  expect(JSON.stringify(events)).not.toContain('lost');
});

test('B4 neither has to be said, and blanks are no comment', async () => {
  await money().subscribes('olivia');
  const reasonOf = ({ payload }: { payload: Data }) => payload.billing.activity.nodes[0].values.reason as unknown;
  expect(reasonOf(await cancels({}))).toBeNull();
  await money().resumes('bea');
  expect(reasonOf(await cancels({ reason: null, comment: '  ' }))).toBeNull();
  await money().resumes('bea');
  expect(reasonOf(await cancels({ comment: 'No more.' }))).toBeNull();
  expect(await comments()).toMatchObject([{ reason: null, comment: 'No more.' }]);
});

test('B4 the newest comment comes first', async () => {
  await money().subscribes('olivia');
  for (const comment of ['one', 'two']) {
    await cancels({ reason: 'OTHER', comment });
    await money().resumes('bea');
  }
  const told = (await comments()).map(({ comment }) => comment as string);
  expect([...told].sort()).toEqual(['one', 'two']);
});

test('B4 a refused cancellation leaves no comment, now or after a later one', async () => {
  expect((await cancels({ comment: 'Never said.' })).payload.userErrors).toEqual([{ messageCode: 'NO_SUBSCRIPTION' }]);
  await money().subscribes('olivia');
  await cancels({ comment: 'Said.' });
  expect((await cancels({ comment: 'Said again.' })).payload.userErrors).toEqual([{ messageCode: 'ALREADY_ENDING' }]);
  expect((await comments()).map(({ comment }) => comment)).toEqual(['Said.']);
});

test('I4 a comment has at most 500 characters, and no control characters', async () => {
  await money().subscribes('olivia');
  expect((await cancels({ comment: 'x'.repeat(501) })).codes).toEqual(['BAD_USER_INPUT']);
  expect((await cancels({ comment: 'a\u0000b' })).codes).toEqual(['BAD_USER_INPUT']);
  expect((await cancels({ comment: '\u{1F600}'.repeat(500) })).codes).toEqual([]);
  expect((await comments())[0]!.comment).toBe('\u{1F600}'.repeat(500));
});

test('R13 a comment is erased with its author, or with the organization; the reason stays in the log', async () => {
  await money().subscribes('olivia');
  await cancels({ reason: 'UNUSED', comment: 'Nobody opens it.' });
  await removeUser(service.services, { userId: 'bea' });
  expect(await comments()).toEqual([]);
  expect(await everythingLogged()).toContain('UNUSED');
  await money().resumes('olivia');
  await cancels({ comment: 'Second.' }, 'olivia');
  expect(await comments()).toHaveLength(1);
  await removeOrganization(service.services, { organizationId: id });
  expect(await comments()).toEqual([]);
});

test('H1 comments are for a token with the scope of the feed alone', async () => {
  await money().subscribes('olivia');
  await cancels({ comment: 'Mine.' });
  for (const token of [await host('access:read'), await service.token('olivia')]) {
    const { data, errors } = await service.send(token, COMMENTS, { id });
    expect([data?.cancellationComments, errors?.[0]?.extensions.code]).toEqual([null, 'FORBIDDEN']);
  }
});
