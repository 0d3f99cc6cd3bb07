import { getNamedType, type GraphQLNamedType, isInputObjectType } from 'graphql';
import { buildSchema } from '../../src/graphql/schema';
import { mutationCall, mutationDocument, subjectIn } from '../kits/operations/operations';
import { buying, requestOf } from '../kits/billing/buying';
import { paying } from '../kits/billing/paying';
import { seedAcme } from '../kits/organizations/seed';
import { type Data, startTestService, type TestService } from '../kits/service/service';
import { stateOf } from '../kits/model/outcomes';

const schema = buildSchema();

/** The mutations that send a payer on. */
const mutations = Object.values(schema.getMutationType()!.getFields())
  .filter(({ args }) => args.some(({ type }) => takesReturnUrl(getNamedType(type))))
  .map(({ name }) => name)
  .filter((name) => mutationCall(name).page !== undefined);

/** These share their input with `approvePurchase`, and send nobody anywhere. */
const SENDING_NOBODY = ['declinePurchase', 'withdrawPurchase'];

function takesReturnUrl(type: GraphQLNamedType): boolean {
  return isInputObjectType(type) && 'returnUrl' in type.getFields();
}

/** Whether it needs a subscription. */
const needsSubscription = (mutation: string) => mutationCall(mutation).billing !== undefined;

const NO_ADDRESSES: readonly [what: string, address: unknown][] = [
  ['a host without a scheme', '//app.example.com/billing'],
  ['slashes alone', '//'],
  ['a path', '/billing'],
  ['a relative path', 'billing'],
  ['a query', '?tab=credits'],
  ['a host alone', 'app.example.com'],
  ['a scheme alone', 'https://'],
  ['nothing', ''],
  ['an invalid port', 'https://app.example.com:99999/'],
  ['a host with a space', 'https://app example.com/'],
  ['a number', 5],
  ['a list', ['https://app.example.com/']],
];

const OTHER_ADDRESSES: readonly [what: string, address: (allowed: URL) => string][] = [
  ['another origin', () => 'https://evil.example/'],
  ['another port', ({ hostname, protocol }) => `${protocol}//${hostname}:8443/`],
  ['the other one of http and https', ({ host, protocol }) => `${protocol === 'http:' ? 'https' : 'http'}://${host}/`],
  ['a script', ({ href }) => `javascript:alert(1)//${href}`],
  ['data', ({ href }) => `data:text/html,${href}`],
  ['ftp', ({ host }) => `ftp://${host}/`],
  ['a file', () => 'file:///etc/passwd'],
  ['a scheme of an application', ({ host }) => `app://${host}/`],
  ['mail', ({ host }) => `mailto:olivia@${host}`],
  ['user-info that looks like the host', ({ host, protocol }) => `${protocol}//${host}@evil.example/`],
  ['user-info before the right host', ({ host, protocol }) => `${protocol}//user:word@${host}/`],
  ['an empty user before the right host', ({ host, protocol }) => `${protocol}//@${host}/`],
  ['a longer host', ({ host, protocol }) => `${protocol}//${host.replace(/:\d+$/, '')}.evil.example/`],
  ['a host of look-alike letters', () => 'https://аpp.example.com/'],
  ['a host that is written in Punycode', () => 'https://xn--pp-7kc.example.com/'],
  ['wide characters that fold into the right host', ({ href }) => href.replace(/[a-z1](?=[^/]*\/$)/, wide)],
  ['a dot that folds into a dot', ({ host, protocol }) => `${protocol}//${host.replace('.', '。')}/`],
  ['a soft hyphen in the host', ({ host, protocol }) => `${protocol}//${host[0]}\u00ad${host.slice(1)}/`],
  ['letters beyond ASCII behind the host', ({ href }) => `${href}é`],
  ['backslashes', ({ host, protocol }) => `${protocol}\\\\${host}\\`],
  ['a backslash before an at sign', ({ host, protocol }) => `${protocol}//evil.example\\@${host}/`],
  ['a space before it', ({ href }) => ` ${href}`],
  ['a tab in it', ({ href }) => href.replace('//', '/\t/')],
  ['a line break in it', ({ href }) => `${href}x\nx`],
  ['one slash', ({ host, protocol }) => `${protocol}/${host}/`],
];

test('B3 each mutation with a return address is tried, but for those that send nobody anywhere', () => {
  const taking = Object.values(schema.getMutationType()!.getFields())
    .filter(({ args }) => args.some(({ type }) => takesReturnUrl(getNamedType(type))))
    .map(({ name }) => name);
  expect([...mutations, ...SENDING_NOBODY].sort()).toEqual(taking.sort());
});

function wide(character: string): string {
  return String.fromCharCode(character.charCodeAt(0) + 0xfee0);
}

describe.each<[string, Record<string, string>, (service: TestService) => string[]]>([
  ['not set: the service’s own origin', {}, ({ address }) => [address]],
  [
    'set',
    { RETURN_URL_ORIGINS: 'https://app.example.com, http://127.0.0.1:3000' },
    () => ['https://app.example.com', 'http://127.0.0.1:3000'],
  ],
  [
    'not set, and PUBLIC_URL set: the origin of that',
    { PUBLIC_URL: 'https://app.example.com/' },
    () => ['https://app.example.com'],
  ],
])('B3 a return address, RETURN_URL_ORIGINS %s', (_, environment, allowedBy) => {
  let service: TestService;
  let allowed: URL[];
  let organizations = 0;
  const purchases = new Map<string, string>();

  beforeAll(async () => {
    service = await startTestService({ environment });
    allowed = allowedBy(service).map((origin) => new URL(origin));
    await organizationFor('approvePurchase', 'acme');
    await organizationFor('changeSubscription', 'fresh');
  });
  afterAll(() => service.close());

  /** One for which the mutation makes a page. */
  async function organizationFor(mutation: string, id = `acme-${(organizations += 1)}`): Promise<string> {
    await seedAcme(service.services, id);
    if (needsSubscription(mutation)) await paying(service.services, service.payer, id).subscribes('olivia');
    if (mutation === 'approvePurchase') await asksForPurchase(id);
    return id;
  }

  /** Bea asks for a pack over a spending policy, which then ends. */
  async function asksForPurchase(id: string): Promise<void> {
    const policy = buying(service.services, id);
    await policy.allows(0, null);
    const { id: purchase } = await requestOf(paying(service.services, service.payer, id).ordersPack('bea'));
    purchases.set(id, purchase);
    await policy.allows(null, null);
  }

  const send = (mutation: string, organizationId: string, returnUrl: unknown) => {
    const { input, page } = mutationCall(mutation);
    const document = mutationDocument(schema, mutation, `page: ${page} userErrors { code field }`);
    const subject = { ...subjectIn(organizationId, ''), purchase: purchases.get(organizationId) ?? 'none' };
    const actor = mutation === 'approvePurchase' ? 'olivia' : 'bea';
    return service.as(actor)(document.replace(`${mutation}(`, `sent: ${mutation}(`), {
      input: { ...input(subject), returnUrl },
    });
  };

  /** Sends the address to each mutation, which must change nothing. */
  async function refusals(returnUrl: unknown) {
    const answers: Record<string, Data> = {};
    for (const mutation of mutations) {
      const id = needsSubscription(mutation) ? 'acme' : 'fresh';
      const before = await stateOf(service.services, id);
      const { data, errors } = await send(mutation, id, returnUrl);
      answers[mutation] = { sent: data?.sent, codes: errors?.map(({ extensions }) => extensions.code) };
      expect(await stateOf(service.services, id)).toEqual(before);
    }
    return answers;
  }

  const alike = (answer: Data) => Object.fromEntries(mutations.map((mutation) => [mutation, answer]));

  test.each(NO_ADDRESSES)('that is no absolute address is BAD_USER_INPUT: %s', async (_what, address) => {
    expect(await refusals(address)).toEqual(alike({ sent: undefined, codes: ['BAD_USER_INPUT'] }));
  });

  test.each(OTHER_ADDRESSES)('of none of the allowed origins is RETURN_URL_NOT_ALLOWED: %s', async (_what, address) => {
    for (const origin of allowed) {
      const userErrors = [{ code: 'RETURN_URL_NOT_ALLOWED', field: ['input', 'returnUrl'] }];
      expect(await refusals(address(origin))).toEqual(alike({ sent: { page: null, userErrors }, codes: undefined }));
    }
  });

  test.each(mutations)(
    'of an allowed origin is where %s sends the payer on to, as it was written',
    async (mutation) => {
      for (const { origin } of allowed) {
        const returnUrl = `${origin}/billing/../billing?tab=credits&from=%2F#top`;
        const { data, errors } = await send(mutation, await organizationFor(mutation), returnUrl);
        expect(errors).toBeUndefined();
        expect(data?.sent).toEqual({ page: expect.stringMatching(/^http/) as string, userErrors: [] });
        expect(await returnUrlOf(data?.sent.page as string)).toBe(returnUrl);
      }
    },
  );

  /** Where the page at the sandbox sends the payer back to. */
  async function returnUrlOf(page: string): Promise<string | undefined> {
    const { pathname, searchParams } = new URL(page);
    const [customerId = '', id = ''] = searchParams.get('session')?.split('.') ?? [];
    const view = await (pathname.endsWith('/portal')
      ? service.payer.readPortal(customerId, id)
      : service.payer.readCheckout(customerId, id));
    return view?.returnUrl;
  }
});
