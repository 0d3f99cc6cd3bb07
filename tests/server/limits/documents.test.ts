import { type DocumentNode, getIntrospectionQuery, getOperationAST, getVariableValues, parse, validate } from 'graphql';
import { buildSchema } from '../../../src/graphql/schema';
import { documentRules } from '../../../src/server/limits/document-limits';
import { costBeforehand, OperationCosts, refuseCost } from '../../../src/server/limits/operation-costs';
import { readSettings } from '../../../src/server/settings';
import { onBoth } from '../../kits/clients/both-transports';
import { seedAcme } from '../../kits/organizations/seed';
import { startTestService, type TestService } from '../../kits/service/service';

const SMALL = {
  BODY_LIMIT: '4096',
  DOCUMENT_TOKEN_LIMIT: '100',
  DOCUMENT_DEPTH_LIMIT: '5',
  DOCUMENT_ALIAS_LIMIT: '4',
  DOCUMENT_DIRECTIVE_LIMIT: '4',
  OPERATION_COST_LIMIT: '100',
};

/** A chain of fragments, each of which spreads the next twice: 2^levels times what `last` holds. */
const doubling = (levels: number, last: string, type = 'Viewer') =>
  [
    `{ viewer { ...F0 } }`,
    ...Array.from({ length: levels }, (_, i) => `fragment F${i} on ${type} { ...F${i + 1} ...F${i + 1} }`),
    `fragment F${levels} on ${type} { ${last} }`,
  ].join('\n');

describe('X3 a document over a limit is refused before it is executed, alike on both transports', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await startTestService({ environment: SMALL });
    await seedAcme(service.services);
  });
  afterAll(() => service.close());

  test.each([
    [
      'a hundred tokens',
      `{ viewer { ${'id '.repeat(95)} } }`,
      `{ viewer { ${'id '.repeat(96)} } }`,
      'TOKEN_LIMIT_EXCEEDED',
    ],
    [
      'five levels',
      '{ organization(id: "acme") { billingAdmins { admins { user { id } } } } }',
      '{ viewer { organizations { billingAdmins { admins { user { id } } } } } }',
      'DEPTH_LIMIT_EXCEEDED',
    ],
    [
      'four aliases',
      '{ viewer { a: id b: id c: id d: id } }',
      '{ viewer { a: id b: id c: id d: id e: id } }',
      'ALIAS_LIMIT_EXCEEDED',
    ],
    ['four aliases by fragments', doubling(2, 'a: id'), doubling(3, 'a: id'), 'ALIAS_LIMIT_EXCEEDED'],
    [
      'four directives',
      `{ viewer { ${'id @include(if: true) '.repeat(4)} } }`,
      `{ viewer { ${'id @include(if: true) '.repeat(5)} } }`,
      'DIRECTIVE_LIMIT_EXCEEDED',
    ],
    [
      'four directives by fragments',
      doubling(2, 'id @skip(if: false)'),
      doubling(3, 'id @skip(if: false)'),
      'DIRECTIVE_LIMIT_EXCEEDED',
    ],
    ['a cost of 100', doubling(6, 'id'), doubling(7, 'id'), 'COST_LIMIT_EXCEEDED'],
  ])('%s', async (_, allowed, refused, code) => {
    expect(await onBoth(service, 'mia', allowed)).toEqual({ status: 200, data: expect.any(Object) });
    const before = service.statements.length;
    const answer = await onBoth(service, 'mia', refused);
    expect(answer).toEqual({ status: 400, code, message: expect.stringMatching(/./) });
    expect(service.statements.slice(before)).toEqual([]);
  });

  test('X3 depth counts levels, through fragments too', async () => {
    const document = `{ viewer { ...A } }
      fragment A on Viewer { organizations { ... on Organization { billingAdmins { ...B } } } }
      fragment B on BillingAdminRoster { admins { user { id } } }`;
    expect(await onBoth(service, 'mia', document)).toMatchObject({ status: 400, code: 'DEPTH_LIMIT_EXCEEDED' });
  });

  test('X3 a page costs as many as it is asked for, whether the document or a variable says so', async () => {
    const page = (first: string) =>
      `query${first === '$n' ? ' ($n: Int)' : ''} { organization(id: "acme") { billingAdmins { eligibleTeammates(first: ${first}) { nodes { id } } } } }`;
    expect(await onBoth(service, 'olivia', page('47'))).toMatchObject({ status: 200 });
    expect(await onBoth(service, 'olivia', page('49'))).toMatchObject({ code: 'COST_LIMIT_EXCEEDED' });
    const ask = (n: unknown) => onBoth(service, 'olivia', page('$n'), { variables: { n } });
    expect(await ask(47)).toMatchObject({ status: 200 });
    expect(await ask(49)).toMatchObject({ status: 400, code: 'COST_LIMIT_EXCEEDED' });
    expect(await ask(47)).toMatchObject({ status: 200 });
    // What is no number is refused for that.
    expect(await ask('many')).toMatchObject({ code: 'BAD_USER_INPUT' });
    expect(await ask(-1_000_000)).toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  test('X3 each operation of a document is counted for itself', async () => {
    const document = `query Small { viewer { id } } query Large { organization(id: "acme") { billingAdmins { admins { user { id name email } addedBy { id name } } } } }`;
    const token = await service.token('mia');
    const send = async (operationName: string) => {
      const response = await fetch(`${service.address}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify({ query: document, operationName }),
      });
      return response.json();
    };
    expect(await send('Small')).toEqual({ data: { viewer: { id: 'mia' } } });
    expect(await send('Large')).toMatchObject({ errors: [{ extensions: { code: 'COST_LIMIT_EXCEEDED' } }] });
  });

  test('X3 a client that asks gets the cost on both transports, and no other', async () => {
    const query = '{ organization(id: "acme") { name billingAdmins { version } } }';
    const told = await onBoth(service, 'mia', query, { extensions: { cost: true } });
    expect(told.extensions).toEqual({ cost: { value: 4, limit: 100 } });
    expect((await onBoth(service, 'mia', query)).extensions).toBeUndefined();
    expect((await onBoth(service, 'mia', query, { extensions: { cost: 1 } })).extensions).toBeUndefined();
  });

  test('X3 413: a body over the limit, with its code', async () => {
    const answer = await service.send(null, `{ viewer { id } } # ${'x'.repeat(4_096)}`);
    expect(answer).toMatchObject({ status: 413, errors: [{ extensions: { code: 'PAYLOAD_TOO_LARGE' } }] });
    expect(await service.as('mia')('{ viewer { id } }')).toMatchObject({ status: 200 });
  });
});

describe('X3 the defaults', () => {
  const { limits } = readSettings({});
  const schema = buildSchema();
  const costs = new OperationCosts(schema, limits);
  const costOf = (document: DocumentNode, variables = {}) => {
    const operation = getOperationAST(document)!;
    const { coerced = {} } = getVariableValues(schema, operation.variableDefinitions ?? [], variables);
    return costs.of(document, operation, coerced);
  };
  const refused = (document: DocumentNode) => refuseCost(costBeforehand(costOf(document)), limits.cost);

  test('let GraphiQL ask for the whole schema', () => {
    const document = parse(getIntrospectionQuery({ inputValueDeprecation: true, schemaDescription: true }), {
      maxTokens: limits.tokens,
    });
    expect(validate(schema, document, documentRules(limits, false))).toEqual([]);
    expect(refused(document)).toBeNull();
  });

  test('refuse 2^60 fields without counting them', () => {
    const document = parse(doubling(60, 'a: id @include(if: true)'), { maxTokens: limits.tokens });
    const faults = validate(schema, document, documentRules(limits, false));
    expect(faults.map(({ extensions }) => extensions.code)).toEqual([
      'ALIAS_LIMIT_EXCEEDED',
      'DIRECTIVE_LIMIT_EXCEEDED',
    ]);
    expect(refused(document)?.extensions.code).toBe('COST_LIMIT_EXCEEDED');
  });

  test('a fragment that spreads itself is refused by validation, and no limit goes round in it', () => {
    const document = parse('{ viewer { ...A } } fragment A on Viewer { id ...B } fragment B on Viewer { ...A }');
    expect(validate(schema, document).map(({ message }) => message)).toEqual([
      expect.stringContaining('Cannot spread fragment "A" within itself'),
    ]);
    expect(validate(schema, document, documentRules(limits, false))).toEqual([]);
  });

  test('a change costs more than a look, and a list as much as it usually holds', () => {
    const cost = (source: string) => costOf(parse(source)).expected;
    expect(cost('{ viewer { id } }')).toBe(2);
    expect(cost('mutation { cancelSubscription(input: { organizationId: "a" }) { userErrors { code } } }')).toBe(31);
    expect(cost('{ organization(id: "a") { billingAdmins { owners { id } } } }')).toBe(23);
    expect(
      cost('{ organization(id: "a") { billingAdmins { eligibleTeammates { nodes { id } pageInfo { endCursor } } } } }'),
    ).toBe(83);
  });

  test('what one cost with a variable that is null is not what it costs without, where its default holds', () => {
    const document = parse(
      'query ($n: Int = 100) { organization(id: "a") { billingAdmins { eligibleTeammates(first: $n) { nodes { id } } } } }',
    );
    const kept = [{ n: null }, {}, { n: null }, {}].map((variables) => costOf(document, variables));
    const again = [{ n: 20 }, { n: 100 }].map((variables) => costOf(document, variables));
    expect(kept).toEqual([...again, ...again]);
  });
});
