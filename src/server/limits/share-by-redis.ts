import { RateLimiterRedis } from 'rate-limiter-flexible';
import type { ShareRate } from './rate';

/** What is needed of a Redis server. It may fail at any time; it must not keep a script back until a lost server returns. */
export interface RedisScripts {
  eval(script: string, values: { keys: string[]; arguments: string[] }): Promise<unknown>;
}

/** Counts that all instances share by their Redis server, under keys that begin with `prefix`. */
export function shareByRedis(redis: RedisScripts, prefix: string): ShareRate {
  return ({ name, most, seconds }) =>
    new RateLimiterRedis({
      storeClient: redis,
      useRedisPackage: true,
      keyPrefix: `${prefix}:rate:${name}`,
      points: most,
      duration: seconds,
    });
}
