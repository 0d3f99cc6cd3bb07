import { type Client, createClient } from 'graphql-ws';
import { TimedWebSocket } from './follower-sockets';
import { passes } from '../basics/passing-time';
import { type AccessSeen, isOpen } from './tries-after-the-end';

/** Events of billing, with what is only for those with access. */
const BILLING_CHANGED = `subscription ($organizationId: ID!) {
  billingChanged(organizationId: $organizationId) {
    sequence
    organization { billing { viewerAccess { level } activity(first: 1) { nodes { id } } } }
  }
}`;

/** How long an instance may take to send the first event, in milliseconds: one that hangs is left. */
const TIMEOUT = 5_000;

export interface BillingSeen {
  readonly sequence: number;
  readonly organization: { readonly billing: AccessSeen };
}

/** Somebody who watches an organization's billing until they are disconnected, and what they were shown of it. */
export class LiveAccess {
  /** The highest sequence at which they were shown what only a grant shows. */
  lastOpen = 0;
  private readonly client: Client;

  constructor(
    { port, token, organizationId }: { readonly port: number; readonly token: string; readonly organizationId: string },
    onEvent: (seen: BillingSeen) => void,
  ) {
    this.client = clientOf(port, token);
    subscribe(this.client, organizationId, (seen) => {
      if (isOpen(seen.organization.billing)) this.lastOpen = Math.max(this.lastOpen, seen.sequence);
      onEvent(seen);
    });
  }

  async close(): Promise<void> {
    await this.client.dispose();
  }
}

/** The first event of a new subscription. Null if none comes. */
export async function eventOf(port: number, token: string, organizationId: string): Promise<BillingSeen | null> {
  const client = clientOf(port, token);
  try {
    return await Promise.race([
      new Promise<BillingSeen | null>((resolve) => subscribe(client, organizationId, resolve, () => resolve(null))),
      passes(TIMEOUT).then(() => null),
    ]);
  } finally {
    client.terminate();
  }
}

function clientOf(port: number, token: string): Client {
  return createClient({
    url: `ws://127.0.0.1:${port}/graphql`,
    webSocketImpl: TimedWebSocket,
    connectionParams: { authorization: `Bearer ${token}` },
    retryAttempts: 0,
    onNonLazyError: () => undefined,
  });
}

function subscribe(
  client: Client,
  organizationId: string,
  onEvent: (seen: BillingSeen) => void,
  onEnd: () => void = () => undefined,
): void {
  client.subscribe<{ billingChanged: BillingSeen }>(
    { query: BILLING_CHANGED, variables: { organizationId } },
    { next: ({ data }) => data && onEvent(data.billingChanged), error: onEnd, complete: onEnd },
  );
}
