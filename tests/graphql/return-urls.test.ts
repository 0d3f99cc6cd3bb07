import { paying } from '../support/paying';
import { seedAcme } from '../support/seed';
import { type Data, startTestService, type TestService } from '../support/service';
import { stateOf } from '../support/outcomes';

/** The mutations that send a payer on, each with the payload's page. */
const MUTATIONS = {
  changeSubscription: `mutation ($organizationId: ID!, $returnUrl: URL!) {
    sent: changeSubscription(input: { organizationId: $organizationId, planKey: "team", cadence: ANNUAL, returnUrl: $returnUrl }) {
      page: checkoutUrl userErrors { code field } } }`,
  createTopUpCheckout: `mutation ($organizationId: ID!, $returnUrl: URL!) {
    sent: createTopUpCheckout(input: { organizationId: $organizationId, creditPackKey: "pack_1000", returnUrl: $returnUrl, idempotencyKey: "k" }) {
      page: checkoutUrl userErrors { code field } } }`,
  createBillingPortalSession: `mutation ($organizationId: ID!, $returnUrl: URL!) {
    sent: createBillingPortalSession(input: { organizationId: $organizationId, returnUrl: $returnUrl }) {
      page: url userErrors { code field } } }`,
} as const;

type Mutation = keyof typeof MUTATIONS;
const mutations = Object.keys(MUTATIONS) as Mutation[];

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

  beforeAll(async () => {
    service = await startTestService({ environment });
    allowed = allowedBy(service).map((origin) => new URL(origin));
    await organizationFor('createTopUpCheckout', 'acme');
    await organizationFor('changeSubscription', 'fresh');
  });
  afterAll(() => service.close());

  /** One for which the mutation makes a page. */
  async function organizationFor(mutation: Mutation, id = `acme-${(organizations += 1)}`): Promise<string> {
    await seedAcme(service.services, id);
    if (mutation !== 'changeSubscription') await paying(service.services, service.payer, id).subscribes('olivia');
    return id;
  }

  const send = (mutation: Mutation, organizationId: string, returnUrl: unknown) =>
    service.as('bea')(MUTATIONS[mutation], { organizationId, returnUrl });

  /** Sends the address to each mutation, which must change nothing. */
  async function refusals(returnUrl: unknown) {
    const answers: Record<string, Data> = {};
    for (const mutation of mutations) {
      const id = mutation === 'changeSubscription' ? 'fresh' : 'acme';
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
