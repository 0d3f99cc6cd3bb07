import { execute, parse } from 'graphql';
import { removeOrganization } from '../../src/actions/directory/remove-organization';
import { removeUser } from '../../src/actions/directory/remove-user';
import { buildSchema } from '../../src/graphql/schema';
import { operationContext } from '../../src/server/graphql/operation-contexts';
import { seedAcme } from '../kits/organizations/seed';
import { startTestService, type TestService } from '../kits/service/service';

// Where two guards keep the same from happening, each is looked at with the other one taken away by SQL.

let service: TestService;
let count = 0;

beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.close());

const write = (sql: string, ...values: (string | number)[]) =>
  service.services.database.transaction((writer) => writer.run(sql, values));

async function removed(): Promise<string> {
  const id = `gone-${(count += 1)}`;
  await seedAcme(service.services, id);
  await removeOrganization(service.services, { organizationId: id });
  return id;
}

const LOOK = 'query ($id: ID!) { organization(id: $id) { name } }';
const ADD =
  'mutation ($id: ID!) { addBillingAdmin(input: { organizationId: $id, userId: "mia" }) { changed userErrors { code } } }';

describe('R13 A4 an organization that was removed is nobody’s', () => {
  const expectNothing = async (id: string, who: string) => {
    const stranger = { data: { organization: null } };
    expect(await service.as(who)(LOOK, { id })).toMatchObject(stranger);
    const refused = await service.as(who)(ADD, { id });
    expect(refused.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    expect(refused.errors).toEqual((await service.as(who)(ADD, { id: 'never-was' })).errors);
    const { data } = await service.as(who)('{ viewer { organizations { id } } }');
    expect(data?.viewer.organizations).not.toContainEqual({ id });
  };

  test('by the mark only, if a membership is left', async () => {
    const id = await removed();
    for (const [userId, role, billingRole] of [
      ['olivia', 'OWNER', 'OWNER'],
      ['mia', 'MEMBER', 'TEAMMATE'],
    ] as const)
      await write(
        `INSERT INTO members (organization_id, user_id, role, standing, joined_at, name_key, email_key) VALUES (?, ?, ?, ?, 1, 'x', 'x')`,
        ...[id, userId, role, billingRole],
      );
    for (const who of ['olivia', 'mia']) await expectNothing(id, who);
    // The host's calls look at the mark, too.
    const { data } = await service.asHost(
      'mutation ($id: ID!) { removeMember(input: { organizationId: $id, userId: "mia" }) { userErrors { code } } }',
      { id },
    );
    expect(data?.removeMember.userErrors).toEqual([{ code: 'NOT_FOUND' }]);
  });

  test('by the memberships only, if the mark is missing', async () => {
    const id = await removed();
    await write('UPDATE organizations SET removed_at = NULL WHERE id = ?', id);
    for (const who of ['olivia', 'mia']) await expectNothing(id, who);
  });
});

describe('R13 a user who was removed has no name', () => {
  const PAST = `query ($id: ID!) { organization(id: $id) { billing { activity(first: 50) { nodes { summary actor { id name } } } } } }`;

  const expectNoName = async (id: string) => {
    const { data, errors } = await service.as('olivia')(PAST, { id });
    expect(errors).toBeUndefined();
    const text = JSON.stringify(data);
    expect(text).not.toMatch(/Name of bea|Back again/);
    expect(text).toContain('ormer member');
  };

  test.each<[what: string, sql: string]>([
    [
      'by the mark only, if a name is left',
      "UPDATE users SET name = 'Back again', email = 'b@example.com' WHERE id = 'bea'",
    ],
    ['by the erased name only, if the mark is missing', "UPDATE users SET erased_at = NULL WHERE id = 'bea'"],
  ])('%s', async (what, sql) => {
    const id = `left-${(count += 1)}`;
    await seedAcme(service.services, id);
    await removeUser(service.services, { userId: 'bea' });
    await write(sql);
    if (what.includes('mark alone')) await expectNoName(id);
    else expect(JSON.stringify((await service.as('olivia')(PAST, { id })).data)).not.toContain('Name of bea');
    await write("UPDATE users SET erased_at = 1, name = '', email = '' WHERE id = 'bea'");
  });
});

/** An event of billingChanged that has been read for the viewer: they may be somebody else by the time that it is answered. */
describe('A8 L9 who may be told of an event is looked at when it is answered', () => {
  const schema = buildSchema();
  const document = parse('subscription { billingChanged(organizationId: "told") { sequence organization { id } } }');

  const answerTo = async (viewerId: string, kind: string | null) => {
    const viewer = { id: viewerId, scopes: new Set<string>(), expiresAt: Infinity };
    const prepared = { costLimit: 10_000, certainCost: 0, tellsCost: false };
    const rootValue = {
      organizationId: 'told',
      sequence: 9,
      kind,
      entry: kind && { kind, subjectId: 'ada' },
    };
    const contextValue = operationContext(service.services, viewer, prepared);
    const { data, errors } = await execute({ schema, document, rootValue, contextValue });
    return data ? 'told' : errors?.map(({ originalError }) => originalError?.name);
  };

  beforeAll(() => seedAcme(service.services, 'told'));

  test.each<[string, string | null, unknown]>([
    ['olivia', 'INVITATION_CREATED', 'told'],
    ['mia', 'INVITATION_CREATED', ['Withheld']],
    ['ada', 'INVITATION_CREATED', ['Withheld']],
    ['mia', 'ACCESS_REQUESTED', ['Withheld']],
    ['ada', 'ACCESS_REQUESTED', 'told'],
    ['mia', null, 'told'],
    ['stranger', 'ACCESS_REQUESTED', ['Forbidden']],
    ['stranger', null, ['Forbidden']],
  ])('by %s, of %s', async (viewerId, kind, expected) => {
    expect(await answerTo(viewerId, kind)).toEqual(expected);
  });
});
