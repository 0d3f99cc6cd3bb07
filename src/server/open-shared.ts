import type { FastifyBaseLogger } from 'fastify';
import type { Notifier } from '../notifications/notifier';
import { createMemoryNotifier } from '../notifications/memory-notifier';
import type * as redisNotifier from '../notifications/redis-notifier';
import type { ShareRate } from './limits/rate';
import { shareByRedis } from './limits/share-by-redis';
import type { Settings } from './settings';

/** What several instances have in common besides the database. */
export interface Shared {
  readonly notifier: Notifier;
  /** Null if there is one instance, which counts for itself. */
  readonly shareRate: ShareRate | null;
}

/** For one instance, or for several that share a Redis server. Nothing waits for that server, at the start neither. */
export function openShared({ redis }: Pick<Settings, 'redis'>, log: FastifyBaseLogger): Shared {
  if (!redis) return { notifier: createMemoryNotifier(), shareRate: null };
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- an import would load 480 modules for one instance alone
  const { createRedisNotifier } = require('../notifications/redis-notifier') as typeof redisNotifier;
  const notifier = createRedisNotifier({
    ...redis,
    onLost: (error) =>
      log.warn(
        { err: error },
        'Redis is away: updates from other instances take up to a second, and each counts its callers for itself.',
      ),
    onBack: () => log.warn('Redis is back.'),
  });
  return { notifier, shareRate: shareByRedis(notifier, redis.prefix) };
}
