import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { Data } from './service';

/** How one call of a mutation went: what it changed, or what kept the answer from coming. */
export type Attempt = { readonly changed: boolean } | { readonly failed: string };

/** Makes one call, on one instance. */
export type Call = (mutation: string) => Promise<Attempt>;

const DEEDS = ['addBillingAdmin', 'removeBillingAdmin'] as const;

/**
 * Gives one person the access and takes it again, for as long as it may. What fails is sent again, to the next instance, until it is
 * answered: then it is known whether the failed call had done something.
 */
export class RetryingWriter {
  /** What a client saw, and how often. */
  readonly failures = new Map<string, number>();
  /** Calls that had done something of which nobody told. */
  readonly untold: string[] = [];

  constructor(
    readonly userId: string,
    private readonly organizationId: string,
    private readonly call: Call,
    private readonly onAcknowledged: (mutation: string) => void,
  ) {}

  async writeWhile(goOn: () => boolean): Promise<void> {
    for (let i = 0; goOn() || i % 2 === 1; i++) await this.write(DEEDS[i % 2]!);
  }

  private async write(mutation: string): Promise<void> {
    const input = `{ organizationId: "${this.organizationId}", userId: "${this.userId}" }`;
    const failed: string[] = [];
    for (;;) {
      const attempt = await this.call(`mutation { ${mutation}(input: ${input}) { changed userErrors { code } } }`);
      if ('failed' in attempt) {
        failed.push(attempt.failed);
        this.failures.set(attempt.failed, (this.failures.get(attempt.failed) ?? 0) + 1);
        continue;
      }
      if (attempt.changed) this.onAcknowledged(mutation);
      else this.untold.push(`${mutation} of ${this.userId} after ${failed.join(', ') || 'nothing'}`);
      return;
    }
  }
}

/** What one instance answered to a mutation that says `changed`. */
export function attemptOf(status: number, { data, errors }: Data): Attempt {
  const [payload] = Object.values((data ?? {}) as Record<string, { changed: boolean } | null>);
  if (payload) return { changed: payload.changed };
  const [error] = (errors ?? []) as { extensions?: { code?: string } }[];
  return { failed: `${status} ${error?.extensions?.code}` };
}

/** Calls by HTTP, one instance after the other, as a balancer spreads requests. */
export function callsOverHttp(addresses: readonly string[], token: string, start: number): Call {
  let turn = start;
  return async (query) => {
    try {
      const response = await fetch(`${addresses[turn++ % addresses.length]}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify({ query }),
      });
      return attemptOf(response.status, (await response.json()) as Data);
    } catch (error) {
      const { code, message } = ((error as Error).cause ?? error) as { code?: string; message: string };
      return { failed: code === 'UND_ERR_SOCKET' ? message : (code ?? message) };
    }
  };
}

/** Calls on a socket, which goes to the next instance when it is closed. */
export function callsOnSocket(addresses: readonly string[], token: string, start: number): Call & { close(): void } {
  let turn = start;
  const client = createClient({
    url: () => `${addresses[turn++ % addresses.length]?.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${token}` },
    retryAttempts: 0,
    // Kept while nothing is asked.
    lazyCloseTimeout: 60_000,
  });
  const call = (query: string) =>
    new Promise<Attempt>((resolve) => {
      client.subscribe(
        { query },
        {
          next: (result) => resolve(attemptOf(200, result as Data)),
          error: (error) => resolve({ failed: socketFailure(error) }),
          complete: () => undefined,
        },
      );
    });
  return Object.assign(call, { close: () => void client.dispose() });
}

function socketFailure(error: unknown): string {
  const { code, message } = (Array.isArray(error) ? error[0] : error) as { code?: number; message?: string };
  return `socket: ${code ?? message}`;
}
