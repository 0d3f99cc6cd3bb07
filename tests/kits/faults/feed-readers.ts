import { createClient } from 'graphql-ws';
import type { Random } from '../basics/random';
import type { Caller } from './caller';
import { FeedPlace, type FeedTold, type ToldEvent } from './feed-told';
import type { Findings } from './findings';
import { TimedWebSocket } from './follower-sockets';
import { passes } from '../basics/passing-time';
import { pick } from './writers';

const EVENT = 'id position feedId type organizationId rosterVersion occurredAt data';
const PAGE = `query ($after: SafeInt!) { hostEvents(after: $after) { nodes { ${EVENT} } position } }`;
const FOLLOW = `subscription ($after: SafeInt!) { hostEvents(after: $after) { ${EVENT} } }`;

/** How long each of them waits before it asks again, in milliseconds. */
const A_LITTLE_WHILE = 200;

export interface Reading {
  /** May read the feed. */
  readonly caller: Caller;
  readonly ports: readonly number[];
  readonly random: Random;
  readonly told: FeedTold;
  readonly findings: Findings;
}

/** A back end that reads the feed page by page, each on any instance. */
export class FeedReader {
  readonly place: FeedPlace;
  private readonly reads: Promise<void>;
  private isClosed = false;

  constructor(private readonly reading: Reading) {
    this.place = new FeedPlace('A reader of the feed', reading.told, (law) => reading.findings.breaks(law));
    this.reads = this.readOn();
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await this.reads;
  }

  private async readOn(): Promise<void> {
    const { caller, ports, random, findings } = this.reading;
    while (!this.isClosed) {
      const answer = await caller.ask(pick(random, ports), PAGE, { after: this.place.last });
      const page = answer !== 'NOT_SENT' && (answer?.data?.hostEvents as { nodes: ToldEvent[]; position: number });
      if (page) {
        for (const event of page.nodes) this.place.take(event);
        if (page.position !== this.place.last)
          findings.breaks(`A reader of the feed was sent to ${page.position} after ${this.place.last}.`);
        findings.count('done', 'host events read', page.nodes.length);
      }
      await passes(A_LITTLE_WHILE);
    }
  }
}

/** A back end that follows the feed by its subscription, and comes back to the next instance whenever it is cut off. */
export class FeedFollower {
  readonly place: FeedPlace;
  private readonly client;
  private tries = 0;
  private isClosed = false;

  constructor(private readonly reading: Reading) {
    const { caller, ports, told, findings } = reading;
    let pongDue: NodeJS.Timeout | undefined;
    this.place = new FeedPlace('A follower of the feed', told, (law) => findings.breaks(law));
    this.client = createClient({
      url: () => `ws://127.0.0.1:${ports[this.tries++ % ports.length]}/graphql`,
      webSocketImpl: TimedWebSocket,
      connectionParams: { authorization: `Bearer ${caller.token}` },
      retryAttempts: 0,
      // A hanging instance answers no ping.
      keepAlive: 2_000,
      on: {
        ping: (received) => {
          if (!received) pongDue = setTimeout(() => this.client.terminate(), 2_000);
        },
        pong: (received) => received && clearTimeout(pongDue),
        closed: () => clearTimeout(pongDue),
      },
    });
    this.subscribe();
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await this.client.dispose();
  }

  private subscribe(): void {
    const { findings } = this.reading;
    const comesAgain = () =>
      void (this.isClosed || setTimeout(() => this.isClosed || this.subscribe(), A_LITTLE_WHILE));
    this.client.subscribe<{ hostEvents: ToldEvent }>(
      { query: FOLLOW, variables: { after: this.place.last } },
      {
        next: ({ data, errors }) => {
          const isAway = errors?.every(({ extensions }) => extensions?.code === 'SERVICE_UNAVAILABLE');
          if (errors && !isAway) findings.breaks(`A follower of the feed was told ${JSON.stringify(errors)}.`);
          if (!data?.hostEvents) return;
          this.place.take(data.hostEvents);
          findings.count('done', 'host events followed');
        },
        // Where it was cut off it goes on from its position.
        error: comesAgain,
        complete: comesAgain,
      },
    );
  }
}
