import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import Stripe from 'stripe';
import type { StripeAddress } from '../../../src/payments/stripe/stripe-client';
import { expandAnswer } from './expand-answer';
import { type Form, parseForm } from './form-body';
import { PublishedApi, type PublishedCall } from './published-api';
import { STRIPE_CALLS } from './stripe-calls';
import { invalid, StripeRefusal } from './stripe-refusal';
import { StripeState } from './stripe-state';

/** What keeps a request from being answered as usual. */
export type Interference =
  /** The connection breaks before the request is looked at; the package asks once more. */
  | 'NO_CONNECTION'
  /** What was asked for happens, and something on the way answers in Stripe's place. */
  | 'LOST_ANSWER'
  | 'SERVER_ERROR'
  | 'NOT_JSON'
  | 'RATE_LIMITED'
  | 'LOCK_TIMEOUT'
  | 'KEY_IN_USE';

export interface SeenRequest {
  readonly call: string;
  readonly parameters: Form;
  readonly idempotencyKey: string | undefined;
  readonly headers: IncomingHttpHeaders;
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

/** One reading of the type declarations takes seconds and serves every stand-in of a test file. */
let published: PublishedApi | null = null;

/**
 * Stripe as far as we ask it for anything: an HTTP server that keeps state, checks each request against the API that
 * the official package publishes, and answers errors in Stripe's shapes. What it knows of Stripe's behaviour is what
 * Stripe's documentation says; it has never been compared with Stripe.
 */
export class StripeStandIn {
  static readonly secretKey = 'sk_test_51StandIn0000000000000000';
  static readonly liveKey = 'sk_live_51StandIn0000000000000000';
  readonly state = new StripeState();
  readonly requests: SeenRequest[] = [];
  /** Requests that Stripe would not have understood: of an unknown path, or with wrong parameters. */
  readonly misunderstood: string[] = [];
  /** Asked before each request is answered. */
  interfere: (call: string) => Interference | null = () => null;
  readonly #answers = new Map<string, { readonly request: string; readonly answer: Answer }>();
  readonly #server: Server;
  readonly #api: PublishedApi;

  private constructor() {
    this.#api = published ??= new PublishedApi();
    this.#server = createServer((request, response) => {
      this.#handle(request, response).catch((error: unknown) => {
        this.misunderstood.push(String(error));
        response.destroy();
      });
    });
  }

  static async start(): Promise<StripeStandIn> {
    const standIn = new StripeStandIn();
    await new Promise<void>((resolve) => standIn.#server.listen(0, '127.0.0.1', resolve));
    return standIn;
  }

  get address(): StripeAddress {
    return { host: '127.0.0.1', port: (this.#server.address() as AddressInfo).port, protocol: 'http' };
  }

  /** A day and more has passed. */
  forgetKeys(): void {
    this.#answers.clear();
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://stripe');
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const parameters = { ...parseForm(url.search.slice(1)), ...parseForm(body) };
    const call = this.#api.find(request.method ?? '', url.pathname);
    const key = request.headers['idempotency-key'] as string | undefined;
    this.requests.push({ call: call?.name ?? url.pathname, parameters, idempotencyKey: key, headers: request.headers });

    const interference = this.interfere(call?.name ?? url.pathname);
    if (interference === 'NO_CONNECTION') return void response.destroy();
    const instead = interference && INTERFERENCES[interference];
    const isDone = !instead || interference === 'LOST_ANSWER';
    const done = isDone ? this.#answer(request, call, parameters, key) : null;
    const answer = (instead ?? done) as Answer;
    response.writeHead(answer.status, {
      'content-type': 'application/json',
      'request-id': this.state.id('req'),
      'stripe-version': Stripe.API_VERSION,
    });
    response.end(answer.body);
  }

  #answer(request: IncomingMessage, call: PublishedCall | null, parameters: Form, key: string | undefined): Answer {
    try {
      this.#admit(request, call, parameters);
    } catch (error) {
      // Stripe keeps no answer for these under the key either.
      return asAnswer(error);
    }
    const known = call as PublishedCall;
    const described = JSON.stringify([known.name, known.ids, parameters]);
    const earlier = key === undefined ? undefined : this.#answers.get(key);
    if (earlier && earlier.request !== described)
      return asAnswer(
        new StripeRefusal(
          400,
          'idempotency_error',
          'Keys for idempotent requests can only be used with the same parameters they were first used with.',
        ),
      );
    if (earlier) return earlier.answer;
    let answer: Answer;
    try {
      if (known.name.endsWith('.list')) this.state.admitsList(parameters);
      const found = STRIPE_CALLS[known.name]?.(this.state, parameters, known.ids);
      if (!found) throw new Error(`The stand-in does not know ${known.name}.`);
      answer = {
        status: 200,
        body: JSON.stringify(expandAnswer(this.state, found, (parameters.expand ?? []) as string[])),
      };
    } catch (error) {
      answer = asAnswer(error);
    }
    if (key !== undefined && known.method === 'POST') this.#answers.set(key, { request: described, answer });
    return answer;
  }

  #admit(request: IncomingMessage, call: PublishedCall | null, parameters: Form): void {
    const [, presented = ''] = /^Bearer (.+)$/.exec(request.headers.authorization ?? '') ?? [];
    if (presented !== StripeStandIn.secretKey && presented !== StripeStandIn.liveKey)
      throw new StripeRefusal(401, 'invalid_request_error', `Invalid API Key provided: ${presented.slice(0, 12)}***`);
    if (request.headers['stripe-version'] !== Stripe.API_VERSION)
      throw this.#misunderstand(invalid(`Invalid Stripe API version: ${String(request.headers['stripe-version'])}`));
    if (!call)
      throw this.#misunderstand(
        new StripeRefusal(404, 'invalid_request_error', `Unrecognized request URL (${request.method} ${request.url})`),
      );
    const fault = call.faultOf(parameters);
    if (fault) throw this.#misunderstand(fault);
  }

  #misunderstand(refusal: StripeRefusal): StripeRefusal {
    this.misunderstood.push(refusal.message);
    return refusal;
  }
}

function asAnswer(error: unknown): Answer {
  if (!(error instanceof StripeRefusal)) throw error;
  const { status, type, message, more } = error;
  return { status, body: JSON.stringify({ error: { type, message, ...more } }) };
}

const BAD_GATEWAY: Answer = { status: 502, body: '<html>Bad Gateway</html>' };

const INTERFERENCES: Partial<Record<Interference, Answer>> = {
  LOST_ANSWER: BAD_GATEWAY,
  SERVER_ERROR: asAnswer(new StripeRefusal(500, 'api_error', 'An unknown error occurred')),
  NOT_JSON: BAD_GATEWAY,
  RATE_LIMITED: asAnswer(new StripeRefusal(429, 'invalid_request_error', 'Too many requests', { code: 'rate_limit' })),
  LOCK_TIMEOUT: asAnswer(
    new StripeRefusal(429, 'invalid_request_error', 'This object cannot be accessed right now', {
      code: 'lock_timeout',
    }),
  ),
  KEY_IN_USE: asAnswer(
    new StripeRefusal(409, 'idempotency_error', 'There is currently another in-progress request using this key.', {
      code: 'idempotency_key_in_use',
    }),
  ),
};
