import {
  getNamedType,
  type GraphQLInputObjectType,
  isInputObjectType,
  isNonNullType,
  isListType,
  type GraphQLInputField,
} from 'graphql';
import { buildSchema } from '../../src/graphql/schema';
import { stateOf } from '../kits/model/outcomes';
import { paying } from '../kits/billing/paying';
import { seedAcme } from '../kits/organizations/seed';
import { type Data, startTestService, type TestService } from '../kits/service/service';

const SCHEMA = buildSchema();
const KEY = 'idempotencyKey';

interface Call {
  readonly name: string;
  /** The input that carries the key, and where it is within the mutation's. */
  readonly input: GraphQLInputObjectType;
  readonly wrap: (entry: Data) => Data;
  readonly type: string;
}

/** Every mutation of the schema that takes an idempotency key, in its input or in a list of entries. */
const CALLS: readonly Call[] = Object.values(SCHEMA.getMutationType()!.getFields()).flatMap(({ name, args }) =>
  args.flatMap((argument) => {
    const input = getNamedType(argument.type);
    if (!isInputObjectType(input)) return [];
    const type = argument.type.toString();
    if (input.getFields()[KEY]) return [{ name, input, type, wrap: (entry: Data) => entry }];
    return Object.values(input.getFields()).flatMap((field) => {
      const entry = getNamedType(field.type);
      if (!isInputObjectType(entry) || !entry.getFields()[KEY]) return [];
      const isList = isListType(isNonNullType(field.type) ? field.type.ofType : field.type);
      return [{ name, input: entry, type, wrap: (value: Data) => ({ [field.name]: isList ? [value] : value }) }];
    });
  }),
);

/** Two valid values of each input beside the key; null where the schema lets it be null is tried by itself. */
type Values = Readonly<Record<string, readonly [first: unknown, second: unknown]>>;

const USAGE: Values = {
  userId: ['mia', 'bea'],
  feature: ['search', 'export'],
  credits: [5, 6],
  occurredAt: ['2026-01-02T03:04:05.678Z', '2026-01-02T03:04:05.679Z'],
};

/** A mutation that is not here fails the test: say what its inputs may be. */
const VALUES: Readonly<Record<string, Values>> = {
  recordUsage: USAGE,
  recordUsageBatch: USAGE,
  grantCredits: { credits: [5, 6], reason: ['a gift', 'another'] },
  createTopUpCheckout: { creditPackKey: ['pack_1000', 'pack_5000'], returnUrl: ['/one', '/two'] },
  changeSubscription: {
    planKey: ['starter', 'team'],
    cadence: ['MONTHLY', 'ANNUAL'],
    previewToken: ['', 'another'],
    returnUrl: ['/one', '/two'],
  },
};

/** The same key of another organization is another key. */
const SCOPE = 'organizationId';

let service: TestService;
let count = 0;

beforeAll(async () => {
  // Two organizations that do the same are alike to the millisecond.
  const now = Date.now();
  service = await startTestService({ clock: () => now });
});
afterAll(() => service.close());

/** An organization in which the mutation may be made. */
async function organizationFor(name: string): Promise<string> {
  const id = `acme-${(count += 1)}`;
  await seedAcme(service.services, id);
  if (name === 'createTopUpCheckout') await paying(service.services, service.payer, id).subscribes('olivia');
  return id;
}

const PREVIEW = `query ($id: ID!) { organization(id: $id) { billing {
  subscriptionChangePreview(planKey: "starter", cadence: MONTHLY) { token } } } }`;

/** The values as this organization takes them: addresses of the service's own, and the token of a preview that it saw. */
async function baseOf(name: string, organizationId: string): Promise<Data> {
  const values = VALUES[name] ?? {};
  const base: Data = { [SCOPE]: organizationId, [KEY]: `key ${organizationId}` };
  for (const [field, [first]] of Object.entries(values))
    base[field] = field === 'returnUrl' ? `${service.address}${first as string}` : first;
  if ('previewToken' in values) {
    const { data } = await service.as('olivia')(PREVIEW, { id: organizationId });
    base.previewToken = data?.organization.billing.subscriptionChangePreview?.token;
  }
  return base;
}

async function send({ name, type, wrap }: Call, entry: Data): Promise<string[]> {
  const scopes = ['usage:write', 'billing:write'];
  const token =
    name.startsWith('record') || name.startsWith('grant')
      ? await service.token('host', { scopes })
      : await service.token('olivia');
  const batch = name === 'recordUsageBatch' ? 'results { userErrors { code } }' : '';
  const query = `mutation ($input: ${type}) { sent: ${name}(input: $input) { userErrors { code } ${batch} } }`;
  const { data, errors } = await service.send(token, query, { input: wrap(entry) });
  expect(errors).toBeUndefined();
  const { userErrors, results = [] } = data?.sent as { userErrors: Data[]; results?: { userErrors: Data[] }[] };
  return [...userErrors, ...results.flatMap((result) => result.userErrors)].map(({ code }) => String(code));
}

const isNullable = (field: GraphQLInputField) => !isNonNullType(field.type);

test('B8 every mutation that takes a key is among these', () => {
  expect(CALLS.map(({ name }) => name).sort()).toEqual(Object.keys(VALUES).sort());
});

describe.each(CALLS.map((call) => [call.name, call] as const))('B8 %s', (name, call) => {
  const fields = Object.values(call.input.getFields()).filter((field) => ![KEY, SCOPE].includes(field.name));

  test('each of its inputs has two values to change between', () => {
    expect(Object.keys(VALUES[name] ?? {}).sort()).toEqual(fields.map((field) => field.name).sort());
  });

  const changes = fields.flatMap((field) => [
    [`another ${field.name}`, field, (VALUES[name]?.[field.name] ?? [])[1]] as const,
    ...(isNullable(field) ? ([[`no ${field.name}`, field, null]] as const) : []),
  ]);

  test.each(changes)('the same key with %s is refused and changes nothing', async (_what, field, changed) => {
    const id = await organizationFor(name);
    const base = await baseOf(name, id);
    expect(await send(call, base)).toEqual([]);
    const before = await stateOf(service.services, id);
    const value = field.name === 'returnUrl' && changed !== null ? `${service.address}${changed as string}` : changed;
    expect(await send(call, { ...base, [field.name]: value })).toEqual(['IDEMPOTENCY_KEY_REUSED']);
    expect(await stateOf(service.services, id)).toEqual(before);
    // And the call as it was is still a repeat.
    expect(await send(call, base)).toEqual([]);
    expect(await stateOf(service.services, id)).toEqual(before);
  });

  for (const { name: field } of fields.filter(isNullable))
    test(`the same key with ${field}, where there was none, is refused`, async () => {
      const id = await organizationFor(name);
      const base = await baseOf(name, id);
      const without: Data = { ...base, [field]: null };
      // A first subscription cannot do without the address.
      if (name === 'changeSubscription' && field === 'returnUrl') {
        await paying(service.services, service.payer, id).subscribes('olivia');
        without.planKey = 'team';
        without.previewToken = null;
      }
      expect(await send(call, without)).toEqual([]);
      const before = await stateOf(service.services, id);
      expect(await send(call, { ...without, [field]: base[field] })).toEqual(['IDEMPOTENCY_KEY_REUSED']);
      expect(await stateOf(service.services, id)).toEqual(before);
    });

  test('the same key of another organization is another key', async () => {
    const [one, other] = [await organizationFor(name), await organizationFor(name)];
    const base = await baseOf(name, one);
    expect(await send(call, base)).toEqual([]);
    const before = await stateOf(service.services, other);
    const there = { ...(await baseOf(name, other)), [KEY]: base[KEY] as string };
    expect(await send(call, there)).toEqual([]);
    expect(await stateOf(service.services, other)).not.toEqual(before);
  });
});

test('B8 the same key of all mutations that take one is a key for each', async () => {
  const id = await organizationFor('createTopUpCheckout');
  // It is subscribed by now: to another plan, and without a preview.
  const ofSubscribed: Record<string, Data> = { changeSubscription: { planKey: 'team', previewToken: null } };
  // Two ways to say the same usage, which is recorded once.
  for (const call of CALLS.filter(({ name }) => name !== 'recordUsageBatch')) {
    const before = await stateOf(service.services, id);
    const entry = { ...(await baseOf(call.name, id)), ...ofSubscribed[call.name], [KEY]: 'the same' };
    expect([call.name, await send(call, entry)]).toEqual([call.name, []]);
    expect(await stateOf(service.services, id)).not.toEqual(before);
  }
});

/** What a preview is asked with, by the schema: each of these makes a preview of its own. */
describe('B4 the token of a preview holds for what it showed alone', () => {
  const ASKED: Record<string, readonly [unknown, unknown]> = {
    planKey: ['team', 'business'],
    cadence: ['MONTHLY', 'ANNUAL'],
  };

  test('each argument of a preview is among these', () => {
    const billing = SCHEMA.getType('Billing') as unknown as {
      getFields(): Record<string, { args: { name: string }[] }>;
    };
    const { args } = billing.getFields()['subscriptionChangePreview']!;
    expect(args.map((argument) => argument.name).sort()).toEqual(Object.keys(ASKED).sort());
  });

  const asked = (places: Partial<Record<string, 0 | 1>> = {}) =>
    Object.fromEntries(Object.entries(ASKED).map(([name, values]) => [name, values[places[name] ?? 0]]));

  const tokenFor = async (id: string, variables: Data) => {
    const { data } = await service.as('olivia')(
      `query ($id: ID!, $planKey: ID!, $cadence: BillingCadence!) { organization(id: $id) { billing {
         subscriptionChangePreview(planKey: $planKey, cadence: $cadence) { token } } } }`,
      { id, ...variables },
    );
    return String(data?.organization.billing.subscriptionChangePreview.token);
  };
  const change = async (id: string, previewToken: string, variables: Data, actor = 'olivia') => {
    const { data } = await service.as(actor)(
      `mutation ($input: ChangeSubscriptionInput!) { sent: changeSubscription(input: $input) { userErrors { code } } }`,
      { input: { organizationId: id, previewToken, returnUrl: `${service.address}/back`, ...variables } },
    );
    return (data?.sent.userErrors as Data[]).map(({ code }) => String(code));
  };

  describe.each([['before a first subscription'], ['of a subscription']])('%s', (when) => {
    /** Alike to the millisecond but for their names: a token of one shows what a token of the other would. */
    const twins = async () => {
      const ids = [`twin-${(count += 1)}`, `twin-${(count += 1)}`] as const;
      for (const id of ids) await seedAcme(service.services, id);
      if (when === 'of a subscription') {
        for (const id of ids) await paying(service.services, service.payer, id).subscribes('olivia');
      }
      return ids;
    };

    test('it holds where it was made, for everybody who may change the subscription', async () => {
      const [one] = await twins();
      expect(await change(one, await tokenFor(one, asked()), asked(), 'bea')).toEqual([]);
    });

    test('not in another organization that is just the same', async () => {
      const [one, other] = await twins();
      const before = await stateOf(service.services, other);
      expect(await change(other, await tokenFor(one, asked()), asked())).toEqual(['PREVIEW_EXPIRED']);
      expect(await stateOf(service.services, other)).toEqual(before);
    });

    test.each(Object.keys(ASKED))('not with another %s', async (name) => {
      const [one] = await twins();
      const before = await stateOf(service.services, one);
      expect(await change(one, await tokenFor(one, asked()), asked({ [name]: 1 }))).toEqual(['PREVIEW_EXPIRED']);
      expect(await stateOf(service.services, one)).toEqual(before);
    });
  });
});
