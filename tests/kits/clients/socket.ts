import { type Client, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { ExecutionResult } from 'graphql';
import { Arrivals } from '../basics/arrivals';
import type { Data, TestService } from '../service/service';

/** What one subscription has delivered, to be taken in order; waiting is for the next event, never for time. */
export class Events extends Arrivals<ExecutionResult<Data>> {
  /** Resolves when the server has completed the subscription, and rejects when the socket was closed for good. */
  readonly completed: Promise<void>;
  readonly stop: () => void;

  constructor(client: Client, query: string, variables: Record<string, unknown>) {
    super();
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
}

/** A graphql-ws client of the service, as an application has one, that does not come back by itself. */
export function connect(
  service: Pick<TestService, 'address'>,
  token: string | null,
  retryAttempts = 0,
  more: Readonly<Record<string, unknown>> = {},
): Client {
  return createClient({
    url: `${service.address.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: token === null ? more : { ...more, authorization: `Bearer ${token}` },
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
