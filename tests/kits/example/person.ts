import { randomUUID } from 'node:crypto';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- an answer from the wire has no type until it has been looked at
type Body = any;

/** A user of the example, with the cookies of their browser. */
export class Person {
  private cookies = '';
  id = '';

  private constructor(
    private readonly applicationUrl: string,
    private readonly serviceUrl: string,
    readonly name: string,
    readonly email: string,
  ) {}

  static async signUp(applicationUrl: string, serviceUrl: string, name: string): Promise<Person> {
    const email = `${name.toLowerCase()}-${randomUUID()}@acme.example`;
    const person = new Person(applicationUrl, serviceUrl, name, email);
    const { user } = await person.does('sign-up/email', { name, email, password: PASSWORD });
    person.id = user.id;
    return person;
  }

  /** Calls an endpoint of Better Auth, as a page of the application does. */
  does(path: string, body: object): Promise<Body> {
    return this.call(path, { method: 'POST', body: JSON.stringify(body) });
  }

  /** The same, for what is only read. */
  sees(path: string): Promise<Body> {
    return this.call(path);
  }

  private async call(path: string, init: RequestInit = {}): Promise<Body> {
    const response = await this.fetch(`/api/auth/${path}`, init);
    const text = await response.text();
    if (!response.ok) throw new NotAllowed(`${this.name}: ${path} was answered ${response.status} ${text}`);
    const cookies = response.headers.getSetCookie().map((cookie) => cookie.split(';')[0]);
    if (cookies.length > 0) this.cookies = cookies.join('; ');
    return JSON.parse(text);
  }

  async createOrganization(name: string): Promise<string> {
    const { id } = await this.does('organization/create', { name, slug: randomUUID() });
    return id as string;
  }

  /** Invites the person, who accepts. Returns the id of the membership, which Better Auth wants for a change of role. */
  async takesIn(guest: Person, organizationId: string, role = 'member'): Promise<string> {
    const { id } = await this.does('organization/invite-member', { organizationId, email: guest.email, role });
    const { member } = await guest.does('organization/accept-invitation', { invitationId: id });
    return member.id as string;
  }

  async gives(memberId: string, organizationId: string, role: string | string[]): Promise<void> {
    await this.does('organization/update-member-role', { organizationId, memberId, role });
  }

  /** The id of one's own membership. */
  async memberId(organizationId: string): Promise<string> {
    await this.does('organization/set-active', { organizationId });
    const { id } = await this.sees('organization/get-active-member');
    return id as string;
  }

  async deletesAccount(): Promise<void> {
    await this.does('delete-user', { password: PASSWORD });
  }

  fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = { 'content-type': 'application/json', origin: this.applicationUrl, cookie: this.cookies };
    return fetch(`${this.applicationUrl}${path}`, { ...init, headers: { ...headers, ...init.headers } });
  }

  /** A token as the Billing page gets it. */
  async token(): Promise<string> {
    const { token } = await this.sees('token');
    return token as string;
  }

  /** Asks the service as this user. */
  async asks(query: string, variables: object = {}): Promise<Body> {
    return askService(this.serviceUrl, await this.token(), query, variables);
  }

  async addsBillingAdmin(userId: string, organizationId: string): Promise<void> {
    const { data } = await this.asks(
      'mutation ($input: AddBillingAdminInput!) { addBillingAdmin(input: $input) { changed } }',
      { input: { organizationId, userId } },
    );
    if (!data.addBillingAdmin.changed) throw new Error(`${userId} did not become a billing admin.`);
  }

  async requestsAccess(organizationId: string): Promise<void> {
    const { data } = await this.asks(
      'mutation ($input: RequestBillingAccessInput!) { requestBillingAccess(input: $input) { request { id } } }',
      { input: { organizationId, reason: 'I pay the invoices.' } },
    );
    if (!data.requestBillingAccess.request) throw new Error(`${this.name} could not request access.`);
  }
}

/** Better Auth refuses the call, for example that the last owner leaves. */
export class NotAllowed extends Error {}

export const PASSWORD = 'a password of the tests';

export async function askService(address: string, token: string, query: string, variables: object): Promise<Body> {
  const response = await fetch(`${address}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables }),
  });
  return response.json();
}
