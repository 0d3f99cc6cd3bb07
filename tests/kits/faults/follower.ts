import type { GraphQLFormattedError } from 'graphql';
import { createClient } from 'graphql-ws';
import { TimedWebSocket, type SlowWebSocket } from './follower-sockets';
import { comesTrue, passes } from '../basics/passing-time';
import { SUBSCRIBER_BACKLOG } from './server-set';
import { VersionsSeen } from './versions-seen';

const ROSTER_CHANGED = `subscription ($organizationId: ID!, $afterVersion: SafeInt) {
  billingAdminRosterChanged(organizationId: $organizationId, afterVersion: $afterVersion) { version change { kind } }
}`;

/** How long it waits, in milliseconds, before it comes again. */
const A_LITTLE_WHILE = 200;

/** How often it asks whether an instance is there, and how long that may take to say so, in milliseconds. */
const PING_EVERY = 2_000;
const PONG_DUE = 2_000;

export interface Following {
  /** Who it is, in words. */
  readonly name: string;
  readonly ports: readonly number[];
  readonly token: string;
  readonly organizationId: string;
  readonly socket?: typeof TimedWebSocket | typeof SlowWebSocket;
  /** What it has seen before it begins. */
  readonly seen?: VersionsSeen;
  readonly onEvent: (version: number) => void;
  /** Hears of what no subscriber should see. */
  readonly onBroken: (law: string) => void;
  /** What becomes of one that has lost its access; else losing it is broken. */
  readonly onForbidden?: () => void;
}

/**
 * A subscriber who comes back to the next instance whenever it is cut off or told to come again, and goes on from the version
 * that it saw last.
 */
export class Follower {
  readonly seen: VersionsSeen;
  private readonly client;
  private tries = 0;
  private connections = 0;
  private isClosed = false;

  constructor(private readonly following: Following) {
    const { ports, token, socket = TimedWebSocket } = following;
    this.seen = following.seen ?? new VersionsSeen();
    let pongDue: NodeJS.Timeout | undefined;
    this.client = createClient({
      url: () => `ws://127.0.0.1:${ports[this.tries++ % ports.length]}/graphql`,
      webSocketImpl: socket,
      connectionParams: { authorization: `Bearer ${token}` },
      retryAttempts: Infinity,
      shouldRetry: () => true,
      retryWait: () => passes(A_LITTLE_WHILE),
      keepAlive: PING_EVERY,
      on: {
        connected: () => (this.connections += 1),
        ping: (received) => {
          if (!received) pongDue = setTimeout(() => this.client.terminate(), PONG_DUE);
        },
        pong: (received) => received && clearTimeout(pongDue),
        closed: () => clearTimeout(pongDue),
      },
    });
    this.subscribe();
  }

  get organizationId(): string {
    return this.following.organizationId;
  }

  get name(): string {
    return `${this.following.name} of ${this.organizationId}`;
  }

  /** Whether it has been told of the version within so many milliseconds. */
  reaches(version: number, timeout: number): Promise<boolean> {
    return comesTrue(() => (this.seen.last ?? 0) >= version, timeout);
  }

  /** Subscribes; by itself it does so at the start, and whenever it is told to come again. */
  subscribe(): void {
    const { organizationId, onEvent } = this.following;
    // What is cut off between the refusal and the end is asked for again on the next connection.
    let refusedOn: number | null = null;
    let isForbidden = false;
    // The client repeats a subscription as it was asked for: it is asked with an object that moves on.
    const variables = { organizationId, afterVersion: this.seen.last };
    const refuse = (errors: readonly GraphQLFormattedError[]) => {
      refusedOn = this.connections;
      isForbidden = errors.some(({ extensions }) => extensions?.code === 'FORBIDDEN');
      const isUnavailable = errors.some(({ extensions }) => extensions?.code === 'SERVICE_UNAVAILABLE');
      if (isUnavailable || (isForbidden && this.following.onForbidden)) return;
      this.breaks(`was refused: ${JSON.stringify(errors)}`);
    };
    const end = () => {
      if (isForbidden && this.following.onForbidden) this.following.onForbidden();
      else this.comesAgain();
    };
    this.client.subscribe<{ billingAdminRosterChanged: { version: number; change: object | null } }>(
      { query: ROSTER_CHANGED, variables },
      {
        next: ({ data, errors }) => {
          if (refusedOn === this.connections) this.breaks('was told something after a refusal');
          if (!data) return refuse(errors ?? []);
          const { version, change } = data.billingAdminRosterChanged;
          const wrong = this.seen.take(version, change !== null, SUBSCRIBER_BACKLOG);
          if (wrong) this.breaks(wrong);
          variables.afterVersion = version;
          onEvent(version);
        },
        error: (error) => {
          refuse(Array.isArray(error) ? (error as GraphQLFormattedError[]) : [{ message: describe(error) }]);
          end();
        },
        // Nothing ends a roster's subscription but a refusal.
        complete: end,
      },
    );
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await this.client.dispose();
  }

  private comesAgain(): void {
    if (!this.isClosed) setTimeout(() => this.isClosed || this.subscribe(), A_LITTLE_WHILE);
  }

  private breaks(law: string): void {
    this.following.onBroken(`${this.name} ${law}.`);
  }
}

function describe(error: unknown): string {
  const { code, reason, message } = error as { code?: unknown; reason?: unknown; message?: unknown };
  return JSON.stringify({ code, reason, message });
}
