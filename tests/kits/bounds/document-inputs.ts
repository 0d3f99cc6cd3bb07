import { getIntrospectionQuery } from 'graphql';
import { type Attack, type Role, ROLES } from './attack';
import type { HostileInput } from './hostile-input';
import { ATTACKED } from './service-under-attack';

const ID = JSON.stringify(ATTACKED);
const times = (count: number, piece: string | ((index: number) => string)) =>
  Array.from({ length: count }, (_, index) => (typeof piece === 'string' ? piece : piece(index))).join(' ');

const nest = (depth: number, open: string, innermost: string, close: string) =>
  open.repeat(depth) + innermost + close.repeat(depth);

const PERSON = 'id name email avatarUrl';
const ROSTER = `owners { ${PERSON} } admins { addedAt user { ${PERSON} } addedBy { ${PERSON} } }`;
const inBilling = (selection: string) => `{ organization(id: ${ID}) { billing { ${selection} } } }`;
const inRoster = (selection: string) => `{ organization(id: ${ID}) { billingAdmins { ${selection} } } }`;
const usageOf = (index: number, groupBy: string) =>
  `u${index}: usage(from: "${2025 + (index % 2)}-06-01", to: "${2026 + (index % 2)}-05-30", groupBy: ${groupBy}) { totalCredits entries { key credits user { ${PERSON} } } }`;

/** Documents that are costly to read, validate, count or answer. */
const DOCUMENTS: Record<string, string> = {
  nothing: '',
  'a comment of 1 MB': `# ${'c'.repeat(1_000_000)}\n{ plans { key } }`,
  'a million commas': `{ plans { key } }${','.repeat(1_000_000)}`,
  'half a million line feeds': `${'\n'.repeat(450_000)}{ plans { key } }`,
  'a name of 1 MB': `{ ${'n'.repeat(1_000_000)} }`,
  'a name of 1 MB below': `{ plans { ${'k'.repeat(1_000_000)} } }`,
  'an operation with a name of 1 MB': `query ${'n'.repeat(1_000_000)} { plans { key } }`,
  'an argument with a name of 1 MB': `{ organization(${'n'.repeat(1_000_000)}: 1) { id } }`,
  'a directive with a name of 1 MB': `{ plans @${'n'.repeat(1_000_000)} { key } }`,
  'a type with a name of 1 MB': `query ($a: ${'N'.repeat(1_000_000)}) { plans { key } }`,
  'a variable with a name of 1 MB': `query ($${'n'.repeat(1_000_000)}: ID!) { plans { key } }`,
  'a fragment with a name of 1 MB': `{ ...${'n'.repeat(1_000_000)} }`,
  'a fragment on a type with a name of 1 MB': `{ ... on ${'N'.repeat(1_000_000)} { id } }`,
  'an alias with a name of 1 MB': `{ ${'a'.repeat(1_000_000)}: plans { key } }`,
  'a text of 1 MB that does not end': `{ organization(id: "${'x'.repeat(1_000_000)}`,
  'an unknown character, a million times': '?'.repeat(1_000_000),
  'names that are nearly those of fields': `{ ${times(600, (index) => `plan${index}`)} }`,
  '10,000 open braces': '{'.repeat(10_000),
  '990 levels that do not close': '{a'.repeat(990),
  '600 levels': nest(600, '{viewer', '{id}', '}'),
  '600 levels of an inline fragment': `{ ${nest(600, '... {', 'plans { key }', '}')} }`,
  'a type of 900 lists': `query ($a: ${nest(900, '[', 'ID', ']')}) { plans { key } }`,
  '1,990 times the same field': `{ ${times(1_990, '__typename')} }`,
  '600 times the same field with something below': `{ ${times(490, 'plans{key}')} }`,
  '300 times the same fields, 3 deep': inRoster(times(180, 'admins { user { id name } }')),
  'the same field with 190 different arguments': `{ ${times(190, (index) => `organization(id: "${index}") { id }`)} }`,
  '50 aliases': `{ ${times(50, (index) => `a${index}: plans { key }`)} }`,
  '490 aliases': `{ ${times(490, (index) => `a${index}:plans{key}`)} }`,
  'fragments that spread each other': `{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }`,
  'a ring of 200 fragments': `{ ...F0 } ${times(200, (index) => `fragment F${index} on Query { ...F${(index + 1) % 200} }`)}`,
  'fragments that double 200 times': `{ ...F0 } ${times(200, (index) => `fragment F${index} on Query { ${index < 199 ? `...F${index + 1} ...F${index + 1}` : '__typename'} }`)}`,
  'fragments that conflict pairwise': `{ ...F0 ...G0 } ${times(110, (index) => `fragment F${index} on Query { ${index < 109 ? `...F${index + 1} ...G${index + 1}` : 'plans { key }'} }`)} ${times(70, (index) => `fragment G${index} on Query { ...F${index} }`)}`,
  '300 fragments that nobody spreads': `{ plans { key } } ${times(300, (index) => `fragment F${index} on Plan { key }`)}`,
  '280 operations': times(280, (index) => `query Q${index} { plans { key } }`),
  '280 operations of one name': times(280, 'query Q { plans { key } }'),
  '300 variables that are not used': `query (${times(390, (index) => `$v${index}: ID`)}) { plans { key } }`,
  '300 variables that are not declared': `{ ${times(190, (index) => `plans @skip(if: $v${index}) { key }`)} }`,
  '240 directives on a field': `{ plans ${times(240, '@include(if: true)')} { key } }`,
  '600 unknown directives': `{ plans ${times(600, (index) => `@d${index}`)} { key } }`,
  'a condition with a space before its name': `query ($s: Boolean!) { plans @ skip (if: $s) { key } }`,
  'a condition on the root of a subscription': `subscription ($s: Boolean!) { billingChanged(organizationId: ${ID}) @ skip (if: $s) { sequence } }`,
  'a condition with a comment in it': `subscription ($s: Boolean!) { ... @ # skip\n include (if: $s) { billingChanged(organizationId: ${ID}) { sequence } } }`,
  'a condition without a value': `{ plans @skip { key } }`,
  'a condition that is a list': `{ plans @skip(if: [[[true]]]) { key } }`,
  introspection: getIntrospectionQuery(),
  'introspection that goes round': `{ __schema { types { ${nest(6, 'fields { type {', 'name', '} }')} } } }`,
  '50 times a type by name': `{ ${times(50, (index) => `t${index}: __type(name: "Query") { name }`)} }`,
  'a subscription of two roots': `subscription { a: billingChanged(organizationId: ${ID}) { sequence } b: billingChanged(organizationId: ${ID}) { sequence } }`,
  'definitions of a schema': `type Query { a: Int } schema { query: Query } { plans { key } }`,
  '48 times a page of 100 activities': inBilling(
    times(
      48,
      (index) => `a${index}: activity(first: 100) { nodes { kind summary actor { ${PERSON} } } edges { cursor } }`,
    ),
  ),
  '48 times a page of 100, and one field that cannot be read': `query { billingAdminsAt(organizationId: ${ID}, at: "never") { version } organization(id: ${ID}) { billing { ${times(
    47,
    (index) => `a${index}: activity(first: 100) { nodes { kind summary actor { ${PERSON} } } }`,
  )} } } }`,
  'a page of 2147483647': inBilling('activity(first: 2147483647) { nodes { id } }'),
  'a page of -1': inBilling('activity(first: -1) { nodes { id } }'),
  'a page of null': inBilling('activity(first: null) { nodes { id } }'),
  '20 times the usage of 5,000 users': inBilling(times(20, (index) => usageOf(index, 'USER'))),
  '49 times the usage of 5,000 users': inBilling(times(49, (index) => usageOf(index, 'USER'))),
  '49 times the usage of all days': inBilling(times(49, (index) => usageOf(index, 'DAY'))),
  'the usage of ten thousand years': inBilling(
    'usage(from: "0001-01-01", to: "9999-12-31", groupBy: USER) { totalCredits }',
  ),
  '48 rosters': `{ organization(id: ${ID}) { ${times(48, (index) => `r${index}: billingAdmins { ${ROSTER} }`)} } }`,
  '48 rosters of the past': `{ ${times(48, (index) => `r${index}: billingAdminsAt(organizationId: ${ID}, at: "2026-01-01T00:00:00Z") { admins { user { ${PERSON} } } }`)} }`,
  '48 pages of 100 teammates': inRoster(
    times(
      48,
      (index) => `t${index}: eligibleTeammates(first: 100, search: "${'%_'.repeat(index)}") { nodes { ${PERSON} } }`,
    ),
  ),
  '48 organizations': `{ ${times(48, (index) => `o${index}: organization(id: "${index % 2 ? ATTACKED : index}") { billingAdmins { ${ROSTER} } }`)} }`,
  '12 × 4 lists of organizations': `{ ${times(12, (index) => `v${index}: viewer { organizations { billingAdmins { ${ROSTER} } } }`)} }`,
  '48 lists of requests': `{ ${times(48, (index) => `q${index}: billingAccessRequests(organizationId: ${ID}) { user { ${PERSON} } }`)} }`,
  '48 previews': inBilling(
    times(
      48,
      (index) => `p${index}: subscriptionChangePreview(planKey: "team", cadence: ANNUAL) { token nextInvoiceAt }`,
    ),
  ),
  '48 changes': `mutation { ${times(48, (index) => `m${index}: requestBillingAccess(input: { organizationId: ${ID} }) { request { id } }`)} }`,
};

/** Bodies that are not what a body of GraphQL is. */
const BODIES: Record<string, string> = {
  nothing: '',
  null: 'null',
  'a number': '5',
  'a text': '"query"',
  'a list': '[]',
  'a list of 1,000 operations': `[${Array<string>(1_000).fill('{"query":"{ plans { key } }"}').join(',')}]`,
  'lists, 500,000 deep': nest(500_000, '[', '', ']'),
  'lists that do not close': '['.repeat(1_000_000),
  'objects, 100,000 deep': nest(100_000, '{"a":', '0', '}'),
  'half of JSON': '{"query":"{ plans { key } }"',
  'JSON with a byte order mark': '\ufeff{"query":"{ plans { key } }"}',
  'a million spaces': ' '.repeat(1_000_000),
  'an object with __proto__': '{"__proto__":{"query":"{ plans { key } }"}}',
  'the same member twice': '{"query":"{ plans { key } }","query":"{ viewer { id } }"}',
  '100,000 members': `{"query":"{ plans { key } }",${Array.from({ length: 60_000 }, (_, index) => `"m${index}":0`).join(',')}}`,
  ...ofMember('query', ['5', '[]', '{}', 'null', 'true', nest(200_000, '[', '', ']')]),
  ...ofMember('operationName', [
    ...['5', '[]', '{}', 'true', '""'],
    ...[' ', '@', '"', '\\', '\u0001', 'é'].map((piece) => JSON.stringify(piece.repeat(120_000))),
    JSON.stringify('did you mean '.repeat(70_000)),
    JSON.stringify(`Did you mean ${'?'.repeat(100_000)}`),
    JSON.stringify('\n'.repeat(100_000)),
  ]),
  ...ofMember('variables', [
    ...['5', '[]', '"text"', 'true', nest(200_000, '[', '', ']'), nest(100_000, '{"a":', '0', '}')],
    `{"undeclared":${JSON.stringify('u'.repeat(1_000_000))}}`,
    `{"undeclared":${nest(200_000, '[', '', ']')}}`,
    `{${Array.from({ length: 50_000 }, (_, index) => `"v${index}":0`).join(',')}}`,
  ]),
  ...ofMember('extensions', [
    ...['5', '[]', '"text"', nest(200_000, '[', '', ']'), '{"persistedQuery":{"version":1,"sha256Hash":5}}'],
    '{"persistedQuery":{"version":"x"}}',
    `{"cost":true,"more":${JSON.stringify('x'.repeat(900_000))}}`,
    `{"persistedQuery":{"version":1,"sha256Hash":"${'0'.repeat(900_000)}"}}`,
  ]),
};

function ofMember(member: string, values: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    values.map((value) => [
      `${member} ${value.length > 40 ? `${value.slice(0, 16)}… of ${value.length}` : value}`,
      member === 'query'
        ? `{"query":${value}}`
        : `{"query":"query A { plans { key } } query B { plans { key } }",${member === 'operationName' ? '' : '"operationName":"A",'}"${member}":${value}}`,
    ]),
  );
}

/** Values of a condition; arguments have theirs by the schema. */
const CONDITIONS: Record<string, string> = Object.fromEntries(
  [
    [' ', 40_000],
    ['[', 100_000],
    ['"', 100_000],
    ['@', 100_000],
    ['Did you mean ', 30_000],
  ].map(([piece, count]) => [
    `${count} × ${piece}`,
    JSON.stringify({
      query: 'query ($v: Boolean!) { plans @include(if: $v) { key } }',
      variables: { v: String(piece).repeat(Number(count)) },
    }),
  ]),
);

const entry = `{"organizationId":${ID},"userId":"u","feature":"f","credits":1,"idempotencyKey":"k"}`;

/** Many entries in one call. Only the host may send them, and every role tries. */
const BATCHES: Record<string, string> = Object.fromEntries(
  [
    ['0', 10_000],
    ['{}', 10_000],
    ['null', 10_000],
    ['""', 10_000],
    ['[]', 10_000],
    ['{"credits":{}}', 10_000],
    ['{"unknown":1}', 10_000],
    [entry, 8_000],
    [entry.replace('"k"', `"${'k'.repeat(300)}"`), 2_000],
    [entry.replace('1,', '9007199254740993,'), 8_000],
  ].map(([item, count]) => [
    `a batch of ${count} × ${String(item).slice(0, 40)}`,
    `{"query":"mutation ($input: RecordUsageBatchInput!) { recordUsageBatch(input: $input) { results { userErrors { code message } } userErrors { code message } } }","variables":{"input":{"entries":[${Array<string>(Number(count)).fill(String(item)).join(',')}]}}}`,
  ]),
);

export function documentInputs(): HostileInput[] {
  const inputs: [name: string, body: string, roles: readonly Role[]][] = [
    ...Object.entries(DOCUMENTS).map(
      ([name, query]) =>
        [`document: ${name}`, JSON.stringify({ query, variables: { s: true } }), ['owner', 'admin', 'host']] as const,
    ),
    ...Object.entries(BODIES).map(([name, body]) => [`body: ${name}`, body, ['member']] as const),
    ...Object.entries(CONDITIONS).map(([name, body]) => [`condition: ${name}`, body, ['member']] as const),
    ...Object.entries(BATCHES).map(([name, body]) => [`batch: ${name}`, body, ['host', 'member']] as const),
  ].map(([name, body, roles]) => [name, body, roles as readonly Role[]]);
  return inputs.map(([name, body, roles]) => ({ name, send: (attack) => sendEverywhere(attack, body, roles) }));
}

/** By the roles that get furthest with it and by one at random, over HTTP and as an operation on a socket. */
async function sendEverywhere(attack: Attack, body: string, roles: readonly Role[]): Promise<void> {
  for (const role of [...roles, attack.pick(ROLES)]) await attack.post(role, body);
  const socket = await attack.socket(roles[0] ?? 'member');
  if (!socket) return;
  socket.say(`{"type":"subscribe","id":"1","payload":${body || 'null'}}`);
  await socket.until(() => socket.heard > 1, 2_000);
}
