import { randomUUID } from 'node:crypto';
import type { Head } from '../../src/domain/log/head';
import type { Feed } from '../../src/live/feed';
import { createRedisFeed } from '../../src/live/redis-feed';
import { Arrivals } from './arrivals';
import { Heard } from './heard';

/** The server of this run: these tests do not run without one. */
export const REDIS_URL = process.env.TEST_REDIS_URL ?? '';

export const head = (organizationId: string, sequence: number): Head => ({
  organizationId,
  sequence,
  version: sequence,
  ledgerSequence: 0,
});

export const freshPrefix = () => `test_${randomUUID()}`;

/** `lost` and `back`, as a feed reports them. */
export class Line extends Arrivals<'lost' | 'back'> {
  readonly onLost = () => this.take('lost');
  readonly onBack = () => this.take('back');
}

export interface TestFeed extends Feed {
  readonly line: Line;
}

export function redisFeed(prefix: string, url = REDIS_URL): TestFeed {
  const line = new Line();
  return { ...createRedisFeed({ url, prefix, ...line }), line };
}

/**
 * Resolves once what `from` publishes reaches `to`. A hint that is sent while a line is being opened is lost, as it may be: so
 * it is sent again until one arrives.
 */
export async function areConnected(from: Feed, to: Feed): Promise<void> {
  const organizationId = `ready-${randomUUID()}`;
  const heard = new Heard(to, organizationId);
  const again = setInterval(() => from.publish(head(organizationId, 1)), 20);
  await heard.next().finally(() => clearInterval(again));
  heard.stop();
}
