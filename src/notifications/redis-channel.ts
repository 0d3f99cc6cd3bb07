import { setTimeout as delay } from 'node:timers/promises';
import { createClient } from '@redis/client';

/** How long a connection may take, and a server may owe an answer, in milliseconds. */
const TIMEOUT = 5_000;

/** How often a line on which nothing is said is tried, in milliseconds: one that died without a word looks like it. */
const PING_EVERY = 5_000;

/** Pauses between two tries, in milliseconds: from the first one doubled up to the longest. */
const FIRST_PAUSE = 50;
const LONGEST_PAUSE = 2_000;

/** Messages that a server may owe an answer to. It is then too slow for more, and what is not sent is not missed for long. */
const MOST_UNANSWERED = 1_000;

export interface RedisChannelOptions {
  /** `redis://` or `rediss://`, with user and password where there are any. */
  readonly url: string;
  readonly channel: string;
  readonly onMessage: (message: string) => void;
  /** Called once when the connection is lost or fails to open, and once when it is open again. */
  readonly onLost: (error: unknown) => void;
  readonly onBack: () => void;
}

export interface ScriptValues {
  readonly keys: string[];
  readonly arguments: string[];
}

type Client = ReturnType<typeof connectionTo>;

/**
 * One channel of a Redis server, for as long as the process lives. Each connection is a new client. The library can reconnect by itself, but
 * its `socketTimeout` restarts with each write: it never gives up a server that hangs while a message is published now and then.
 */
export class RedisChannel {
  private client: Client | null = null;
  private unanswered = 0;
  private isLost = false;
  private readonly closing = new AbortController();
  private readonly ended: Promise<void>;

  constructor(private readonly options: RedisChannelOptions) {
    this.ended = this.keepOpen();
  }

  /** Sends a message where the line is open and the server keeps up; else it is dropped. */
  send(message: string): void {
    const { client } = this;
    if (!client?.isReady || this.unanswered >= MOST_UNANSWERED) return;
    this.unanswered++;
    client
      .publish(this.options.channel, message)
      // Why is heard where the line is held.
      .catch(() => undefined)
      .finally(() => {
        if (client === this.client) this.unanswered--;
      });
  }

  /** Runs a script where the line is open and the server keeps up; else it rejects. */
  async eval(script: string, values: ScriptValues): Promise<unknown> {
    const { client } = this;
    if (!client?.isReady || this.unanswered >= MOST_UNANSWERED) throw new Error('Redis is away.');
    this.unanswered++;
    try {
      return await client.eval(script, values);
    } finally {
      if (client === this.client) this.unanswered--;
    }
  }

  isAway(): boolean {
    return this.isLost;
  }

  async close(): Promise<void> {
    this.closing.abort();
    await this.ended;
  }

  private async keepOpen(): Promise<void> {
    let pause = FIRST_PAUSE;
    while (!this.closing.signal.aborted) {
      const client = connectionTo(this.options.url);
      const lost = new Promise<never>((_, reject) => client.on('error', reject).on('terminated', reject));
      lost.catch(() => undefined);
      try {
        await within(TIMEOUT, [this.open(client), lost], this.closing.signal);
        this.client = client;
        if (this.isLost) this.options.onBack();
        this.isLost = false;
        pause = FIRST_PAUSE;
        await this.hold(client, lost);
      } catch (error) {
        if (!this.isLost && !this.closing.signal.aborted) this.options.onLost(error);
        this.isLost = true;
      } finally {
        this.client = null;
        this.unanswered = 0;
        client.destroy();
      }
      // Instances that lost the same server do not come back in step.
      await delay(pause * (0.5 + Math.random() / 2), undefined, { signal: this.closing.signal }).catch(() => undefined);
      pause = Math.min(2 * pause, LONGEST_PAUSE);
    }
  }

  private async open(client: Client): Promise<void> {
    await client.connect();
    await client.subscribe(this.options.channel, this.options.onMessage);
  }

  /** Rejects once the line is lost. */
  private async hold(client: Client, lost: Promise<never>): Promise<never> {
    for (;;) {
      await Promise.race([delay(PING_EVERY, undefined, { signal: this.closing.signal }), lost]);
      await within(TIMEOUT, [client.ping(), lost], this.closing.signal);
    }
  }
}

function connectionTo(url: string) {
  return createClient({
    url,
    disableOfflineQueue: true,
    // On RESP 3, the library's default, one connection both publishes and subscribes.
    RESP: 3,
    maintNotifications: 'disabled',
    socket: { connectTimeout: TIMEOUT, reconnectStrategy: false },
  });
}

async function within(milliseconds: number, racing: Promise<unknown>[], closing: AbortSignal): Promise<void> {
  const won = new AbortController();
  const signal = AbortSignal.any([closing, won.signal]);
  const tooLate = delay(milliseconds, undefined, { signal }).then(() => {
    throw new Error(`Redis has not answered within ${milliseconds} ms.`);
  });
  try {
    await Promise.race([...racing, tooLate]);
  } finally {
    won.abort();
    for (const one of [...racing, tooLate]) one.catch(() => undefined);
  }
}
