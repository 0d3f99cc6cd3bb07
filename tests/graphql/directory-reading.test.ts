import { syncMember } from '../../src/actions/directory/sync-member';
import { postJson } from '../kits/clients/raw-http';
import { organization } from '../kits/organizations/seed';
import { type Data, startTestService, type TestService } from '../kits/service/service';

let service: TestService;

beforeAll(async () => {
  service = await startTestService();
  const acme = organization(service.services, 'acme');
  await acme.exists();
  await acme.hasOwner('olivia');
  for (const id of ['bea', 'BEA']) await acme.hasMember(id);
  await acme.adds('bea', 'olivia');
  await acme.invites('i2', 'two@example.com', 'ADMIN');
  await acme.invites('i1', 'one@example.com');
  await acme.invites('i3', 'three@example.com');
  await acme.isJoinedBy('joe', 'i3');
  const user = { id: 'zoe', name: 'Zoe', email: 'zoe@example.com', avatarUrl: null, revision: 9 };
  await syncMember(service.services, { organizationId: 'acme', user, role: 'ADMIN', revision: 7 });
  for (let n = 0; n < 30; n++) {
    const each = organization(service.services, `many-${String(n).padStart(2, '0')}`);
    await each.exists();
    await each.hasOwner('olivia');
    if (n % 3 === 0) await each.hasMember(`member-${n}`);
  }
});
afterAll(() => service.close());

const send = async (query: string, scopes: readonly string[] = ['directory:read']) =>
  service.send(await service.token('host', { scopes }), query);

const MEMBERS =
  'nodes { user { id name email avatarUrl } role revision billingAdmin { user { id } addedBy { id } addedAt } }';

test('D4 an organization is read back with its members and pending invitations, by id', async () => {
  const { data, errors } = await send(`{ directoryOrganization(id: "acme") {
    id name contractType memberCount members { ${MEMBERS} } pendingInvitations { nodes { id email role } } } }`);
  expect(errors).toBeUndefined();
  const { members, ...rest } = data?.directoryOrganization as Data;
  expect(rest).toEqual({
    id: 'acme',
    name: 'Name of acme',
    contractType: 'SELF_SERVE',
    memberCount: 5,
    pendingInvitations: {
      nodes: [
        { id: 'i1', email: 'one@example.com', role: 'MEMBER' },
        { id: 'i2', email: 'two@example.com', role: 'ADMIN' },
      ],
    },
  });
  const nodes = (members as { nodes: Data[] }).nodes;
  expect(
    nodes.map(({ user, role, revision, billingAdmin }) => [(user as Data).id, role, revision, billingAdmin]),
  ).toEqual([
    ['BEA', 'MEMBER', null, null],
    ['bea', 'MEMBER', null, { user: { id: 'bea' }, addedBy: { id: 'olivia' }, addedAt: expect.any(String) as string }],
    ['joe', 'MEMBER', null, null],
    ['olivia', 'OWNER', null, null],
    ['zoe', 'ADMIN', 7, null],
  ]);
  expect(nodes.at(-1)?.user).toEqual({ id: 'zoe', name: 'Zoe', email: 'zoe@example.com', avatarUrl: null });
});

test('D4 there is nothing of an organization that does not exist, or was removed', async () => {
  await organization(service.services, 'gone').exists();
  const read = '{ directoryOrganization(id: "gone") { id } }';
  expect((await send(read)).data).toEqual({ directoryOrganization: { id: 'gone' } });
  await service.asHost('mutation { removeOrganization(input: { organizationId: "gone" }) { changed } }');
  expect((await send(read)).data).toEqual({ directoryOrganization: null });
  expect((await send('{ directoryOrganization(id: "never") { id } }')).data).toEqual({ directoryOrganization: null });
  const { data } = await send('{ directoryOrganizations { nodes { id } } }');
  const ids = (data?.directoryOrganizations as { nodes: { id: string }[] }).nodes.map(({ id }) => id);
  expect(ids).toEqual(['acme', ...Array.from({ length: 30 }, (_, n) => `many-${String(n).padStart(2, '0')}`)]);
});

test('D4 organizations with their members are as many statements, however many they are', async () => {
  const statementsFor = async (first: number) => {
    service.statements.length = 0;
    const { data, errors } = await send(`{ directoryOrganizations(first: ${first}) { nodes { id memberCount
      members(first: 5) { nodes { user { id } billingAdmin { addedBy { id } } } } pendingInvitations { nodes { id } } } } }`);
    expect(errors).toBeUndefined();
    for (const { memberCount, members } of (data?.directoryOrganizations as { nodes: Data[] }).nodes)
      expect((members as { nodes: unknown[] }).nodes).toHaveLength(Number(memberCount));
    return service.statements.length;
  };
  expect(await statementsFor(31)).toBe(await statementsFor(2));
});

test('X3 what is asked for is what it costs', async () => {
  const cost = async (field: string) => {
    const { json } = await postJson(service, await service.token('host', { scopes: ['directory:read'] }), {
      query: `{ ${field} }`,
      extensions: { cost: true },
    });
    return (json as unknown as { extensions: { cost: { value: number } } }).extensions.cost.value;
  };
  const [ten, hundred] = [
    await cost('directoryOrganization(id: "acme") { members(first: 10) { nodes { role } } }'),
    await cost('directoryOrganization(id: "acme") { members(first: 100) { nodes { role } } }'),
  ];
  expect(hundred - ten).toBeGreaterThanOrEqual(90);
  const tooMuch = await send(
    '{ directoryOrganizations(first: 1000) { nodes { members(first: 1000) { nodes { role } } } } }',
  );
  expect(tooMuch.errors?.map(({ extensions }) => extensions?.code)).toEqual(['COST_LIMIT_EXCEEDED']);
});

test('H1 directory:read opens it, and no other scope does; it opens no call that writes', async () => {
  for (const scopes of [
    ['directory:write'],
    ['access:read'],
    ['events:read'],
    ['directory'],
    ['directory:read:all'],
    [],
  ])
    for (const field of ['directoryOrganization(id: "acme") { id }', 'directoryOrganizations { nodes { id } }']) {
      const { data, errors } = await send(`{ ${field} }`, scopes);
      expect(data).toEqual({ [field.split(/\W/)[0]!]: null });
      expect(errors?.map(({ extensions }) => extensions?.code)).toEqual(['FORBIDDEN']);
    }
  const { errors } = await send('mutation { syncOrganization(input: { id: "acme", name: "Other" }) { changed } }');
  expect(errors?.map(({ extensions }) => extensions?.code)).toEqual(['FORBIDDEN']);
});

test.each([0, -1, 1_001])('D4 a page of %d is refused', async (first) => {
  const { errors } = await send(`{ directoryOrganizations(first: ${first}) { nodes { id } } }`);
  expect(errors?.map(({ extensions }) => extensions?.code)).toEqual(['BAD_USER_INPUT']);
});
