import { randomUUID } from 'node:crypto';
import type { LogPosition } from '../../../src/domain/log/log-position';
import type { Notifier } from '../../../src/notifications/notifier';
import { createRedisNotifier } from '../../../src/notifications/redis-notifier';
import { Arrivals } from '../basics/arrivals';
import { Heard } from '../clients/heard';

/** The server of this run: these tests do not run without one. */
export const REDIS_URL = process.env.TEST_REDIS_URL ?? '';

export const logPositionAt = (organizationId: string, sequence: number): LogPosition => ({
  organizationId,
  sequence,
  version: sequence,
  ledgerSequence: 0,
});

export const freshPrefix = () => `test_${randomUUID()}`;

/** `lost` and `back`, as a notifier reports them. */
export class Line extends Arrivals<'lost' | 'back'> {
  readonly onLost = () => this.take('lost');
  readonly onBack = () => this.take('back');
}

export interface TestNotifier extends Notifier {
  readonly line: Line;
}

export function redisNotifier(prefix: string, url = REDIS_URL): TestNotifier {
  const line = new Line();
  return { ...createRedisNotifier({ url, prefix, ...line }), line };
}

/**
 * Resolves once what `from` publishes reaches `to`. A notification that is sent while a line is being opened is lost, as it may be: so
 * it is sent again until one arrives.
 */
export async function areConnected(from: Notifier, to: Notifier): Promise<void> {
  const organizationId = `ready-${randomUUID()}`;
  const heard = new Heard(to, organizationId);
  const again = setInterval(() => from.publish(logPositionAt(organizationId, 1)), 20);
  await heard.next().finally(() => clearInterval(again));
  heard.stop();
}
