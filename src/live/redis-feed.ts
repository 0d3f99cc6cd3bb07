import type { Feed } from './feed';
import { HintListeners } from './hint-listeners';
import { readHint, writeHint } from './hint-message';
import { RedisLine, type RedisLineOptions, type ScriptValues } from './redis-line';

export interface RedisFeedOptions extends Pick<RedisLineOptions, 'url' | 'onLost' | 'onBack'> {
  /** Installations that share a server have different ones. */
  readonly prefix: string;
}

export interface RedisFeed extends Feed {
  /** Runs a script on the server that carries the hints; rejects where that is away. */
  eval(script: string, values: ScriptValues): Promise<unknown>;
}

/**
 * The feed of several instances (E4). Whoever listens on this one hears of its own commits at once; the others hear by Redis
 * where that is there, and by their own looks where it is not.
 */
export function createRedisFeed({ prefix, ...server }: RedisFeedOptions): RedisFeed {
  const listeners = new HintListeners();
  const line = new RedisLine({
    ...server,
    channel: `${prefix}:heads`,
    onMessage: (message) => {
      const head = readHint(message);
      if (head) listeners.tell({ head, isOwn: false });
    },
  });
  return {
    publish: (head) => {
      listeners.tell({ head, isOwn: true });
      line.send(writeHint(head));
    },
    subscribe: (organizationId, listener) => listeners.add(organizationId, listener),
    eval: (script, values) => line.eval(script, values),
    isDegraded: () => line.isAway(),
    close: () => line.close(),
  };
}
