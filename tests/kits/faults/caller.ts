import { SignJWT } from 'jose';
import type { Findings } from './findings';
import type { HeardCalls, Outcome } from './heard-calls';
import { SECRET } from './server-set';

export interface Answer {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly WireError[];
}

interface WireError {
  readonly message?: string;
  readonly extensions?: { readonly code?: string };
}

export interface Payload {
  readonly changed?: boolean;
  readonly request?: { readonly id: string } | null;
  readonly purchaseRequest?: { readonly id: string; readonly status: string } | null;
  readonly checkoutUrl?: string | null;
  readonly userErrors: readonly { readonly code: string }[];
}

/** Inputs that are not named after their mutation. */
const INPUT_TYPES: Readonly<Record<string, string>> = {
  approveBillingAccessRequest: 'DecideBillingAccessRequestInput',
  declineBillingAccessRequest: 'DecideBillingAccessRequestInput',
  withdrawBillingAccessRequest: 'OrganizationInput',
  approvePurchase: 'DecidePurchaseRequestInput',
  declinePurchase: 'DecidePurchaseRequestInput',
  withdrawPurchase: 'DecidePurchaseRequestInput',
};

export type Input = Readonly<Record<string, unknown>> & { readonly organizationId?: string; readonly id?: string };

/** Longer than any instance takes that is well, and than anything is held up. */
const TIMEOUT = 30_000;

/** The expected errors: come again later, or you may not. */
const CLEAR = new Set(['SERVICE_UNAVAILABLE', 'FORBIDDEN']);

/** What HTTP says for SERVICE_UNAVAILABLE. */
const UNAVAILABLE = 503;

const OUTCOMES: Record<Outcome, string> = {
  CHANGED: 'changes acknowledged',
  UNCHANGED: 'calls that changed nothing',
  UNKNOWN: 'calls of which nobody knows what they did',
  NOT_SENT: 'calls that nobody was there for',
};

export function tokenOf(subject: string, scope = ''): Promise<string> {
  return new SignJWT({ sub: subject, scope })
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime('12h')
    .sign(new TextEncoder().encode(SECRET));
}

/** Somebody who calls over HTTP; what they are answered is counted. */
export class Caller {
  constructor(
    readonly token: string,
    private readonly findings: Findings,
    private readonly heard: HeardCalls,
  ) {}

  /** Changes something that is about `subject`, and what was heard of it is noted. */
  async change(port: number, mutation: string, subject: string, input: Input): Promise<Outcome> {
    const { outcome } = await this.mutate(port, mutation, input, 'changed');
    this.heard.take(input.organizationId ?? input.id ?? '', mutation, subject, outcome);
    this.findings.count('done', OUTCOMES[outcome]);
    return outcome;
  }

  /** Asks the owners for billing access; the request's id, or null. */
  async requestAccess(port: number, subject: string, organizationId: string, terms = {}): Promise<string | null> {
    const input = { organizationId, ...terms };
    const { outcome, payload } = await this.mutate(port, 'requestBillingAccess', input, 'request { id }');
    const id = payload?.request?.id ?? null;
    // A repeated request returns the open one: requests are acknowledged, not calls.
    if (id !== null) this.heard.requestIds.add(id);
    if (outcome === 'UNKNOWN') this.heard.take(organizationId, 'requestBillingAccess', subject, outcome);
    return id;
  }

  /** Calls without a note of it: null if nobody knows what became of it. */
  async call(port: number, mutation: string, input: Input, fields: string): Promise<Payload | null> {
    const { outcome, payload } = await this.mutate(port, mutation, input, fields);
    this.findings.count('done', `${mutation}, ${payload ? (payload.userErrors[0]?.code ?? 'done') : outcome}`);
    return payload;
  }

  /** Null if nobody knows what became of it. */
  async ask(port: number, query: string, variables: object): Promise<Answer | 'NOT_SENT' | null> {
    try {
      const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${this.token}` },
        body: JSON.stringify({ query, variables }),
        signal: AbortSignal.timeout(TIMEOUT),
      });
      const answer = (await response.json()) as Answer;
      for (const error of answer.errors ?? []) this.noteError(error);
      return answer;
    } catch (error) {
      // Nobody was there to do it.
      const isNotSent = (error as { cause?: { code?: string } }).cause?.code === 'ECONNREFUSED';
      if (!isNotSent) this.findings.count('answers', 'none');
      return isNotSent ? 'NOT_SENT' : null;
    }
  }

  /** What is answered to a body of JSON; null where it is not answered with 200. */
  async post(port: number, path: string, body: object): Promise<unknown> {
    try {
      const response = await fetch(`http://127.0.0.1:${port}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${this.token}` },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(TIMEOUT),
      });
      const text = await response.text();
      if (response.status === 200) return JSON.parse(text) as unknown;
      this.findings.count('answers', `HTTP ${response.status}`);
      if (response.status !== UNAVAILABLE) this.findings.breaks(`${path} was answered ${response.status}: ${text}.`);
    } catch {
      this.findings.count('answers', 'none');
    }
    return null;
  }

  private async mutate(
    port: number,
    mutation: string,
    input: Input,
    fields: string,
  ): Promise<{ outcome: Outcome; payload: Payload | null }> {
    const type = INPUT_TYPES[mutation] ?? `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input`;
    const { grant, ...rest } = input;
    const [declared, given] = grant ? [', $grant: BillingAdminTermsInput', ', grant: $grant'] : ['', ''];
    const query = `mutation ($input: ${type}!${declared}) { ${mutation}(input: $input${given}) { ${fields} userErrors { code } } }`;
    const answer = await this.ask(port, query, { input: rest, grant });
    if (answer === 'NOT_SENT') return { outcome: answer, payload: null };
    const payload = (answer?.data?.[mutation] as Payload | undefined) ?? null;
    const isForbidden = answer?.errors?.some(({ extensions }) => extensions?.code === 'FORBIDDEN');
    if (isForbidden) return { outcome: 'UNCHANGED', payload };
    if (!payload) return { outcome: 'UNKNOWN', payload };
    return { outcome: payload.changed ? 'CHANGED' : 'UNCHANGED', payload };
  }

  private noteError(error: WireError): void {
    const code = error.extensions?.code ?? 'no code';
    this.findings.count('answers', code);
    if (!CLEAR.has(code)) this.findings.breaks(`Somebody was answered ${JSON.stringify(error)}.`);
  }
}
