import { type Client, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { Arrivals } from '../basics/arrivals';
import type { Data, TestService } from '../service/service';

const FOLLOW = 'subscription ($after: SafeInt) { hostEvents(after: $after) { id position organizationId } }';

export interface FollowedEvent {
  readonly id: string;
  readonly position: number;
  readonly organizationId: string | null;
}

/**
 * A back end that follows the feed of host events from its beginning. Each time that its socket closes it connects to the next of the
 * instances, and resumes from the position that it has seen last (H4).
 */
export class ResumingFeed extends Arrivals<FollowedEvent> {
  /** How often it has connected. */
  connections = 0;
  private readonly client: Client;
  private tries = 0;

  constructor(
    private readonly instances: readonly Pick<TestService, 'address'>[],
    token: string,
  ) {
    super();
    this.client = createClient({
      url: () => {
        this.tries += 1;
        return `${instances[this.at]!.address.replace('http', 'ws')}/graphql`;
      },
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${token}` },
      retryAttempts: Infinity,
      retryWait: async () => undefined,
      on: { connected: () => void (this.connections += 1) },
    });
    const variables = { after: 0 };
    this.client.subscribe<Data>(
      { query: FOLLOW, variables },
      {
        next: ({ data, errors }) => {
          if (!data) throw new Error('The subscription was refused.', { cause: errors });
          const event = data.hostEvents as FollowedEvent;
          variables.after = event.position;
          this.take(event);
        },
        error: () => undefined,
        complete: () => undefined,
      },
    );
  }

  /** The place of the instance that it has connected to, or tries to. */
  get at(): number {
    return (this.tries - 1) % this.instances.length;
  }

  /** Resolves when so many have arrived. */
  async reaches(count: number): Promise<void> {
    while (this.all.length < count) await this.next();
  }

  /** Cuts its socket off, as a line that breaks. */
  cutOff(): void {
    this.client.terminate();
  }

  async close(): Promise<void> {
    await this.client.dispose();
  }
}
