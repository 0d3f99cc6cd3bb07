import { type Client, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { ExecutionResult } from 'graphql';
import type { Data, TestService } from './service';

/** What one subscription has delivered, to be taken in order; waiting is for the next event, never for time. */
export class Events {
  private readonly arrived: ExecutionResult<Data>[] = [];
  private readonly waiting: ((event: ExecutionResult<Data>) => void)[] = [];
  /** Everything ever delivered. */
  readonly all: ExecutionResult<Data>[] = [];
  /** Resolves when the server has completed the subscription, and rejects when the socket was closed for good. */
  readonly completed: Promise<void>;
  readonly stop: () => void;

  constructor(client: Client, query: string, variables: Record<string, unknown>) {
    let stop: () => void = () => undefined;
    this.completed = new Promise((resolve, reject) => {
      stop = client.subscribe<Data>(
        { query, variables },
        { next: (event) => this.take(event as never), error: reject, complete: resolve },
      );
    });
    this.completed.catch(() => undefined);
    this.stop = stop;
  }

  next(): Promise<ExecutionResult<Data>> {
    const event = this.arrived.shift();
    if (event) return Promise.resolve(event);
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  /** The next `count` events. */
  async several(count: number): Promise<ExecutionResult<Data>[]> {
    const events = [];
    for (let i = 0; i < count; i++) events.push(await this.next());
    return events;
  }

  private take(event: ExecutionResult<Data>): void {
    this.all.push(event);
    const waiting = this.waiting.shift();
    if (waiting) waiting(event);
    else this.arrived.push(event);
  }
}

/** A graphql-ws client of the service, as an application has one, that does not come back by itself. */
export function connect(service: Pick<TestService, 'address'>, token: string | null, retryAttempts = 0): Client {
  return createClient({
    url: `${service.address.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: token === null ? {} : { authorization: `Bearer ${token}` },
    retryAttempts,
    lazy: true,
  });
}

export const ROSTER_CHANGED = `subscription ($organizationId: ID!, $afterVersion: SafeInt) {
  billingAdminRosterChanged(organizationId: $organizationId, afterVersion: $afterVersion) {
    version
    change { kind user { id name } actor { id } removalReason occurredAt }
    roster { version owners { id } admins { user { id } addedBy { id } } }
  }
}`;

export const BILLING_CHANGED = `subscription ($organizationId: ID!, $afterSequence: SafeInt) {
  billingChanged(organizationId: $organizationId, afterSequence: $afterSequence) {
    sequence
    kind
    organization { id name billing { status viewerAccess { level source } } }
  }
}`;
