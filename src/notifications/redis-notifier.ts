import type { Notifier } from './notifier';
import { NotificationListeners } from './notification-listeners';
import { readNotification, writeNotification } from './notification-message';
import { RedisChannel, type RedisChannelOptions, type ScriptValues } from './redis-channel';

export interface RedisNotifierOptions extends Pick<RedisChannelOptions, 'url' | 'onLost' | 'onBack'> {
  /** Installations that share a server have different ones. */
  readonly prefix: string;
}

export interface RedisNotifier extends Notifier {
  /** Runs a script on the server that carries the notifications; rejects where that is away. */
  eval(script: string, values: ScriptValues): Promise<unknown>;
}

/**
 * The notifier of several instances (E4). Listeners on this instance hear of its own commits at once. Other instances hear
 * through Redis, or by their own polls if Redis is not available.
 */
export function createRedisNotifier({ prefix, ...server }: RedisNotifierOptions): RedisNotifier {
  const listeners = new NotificationListeners();
  const line = new RedisChannel({
    ...server,
    channel: `${prefix}:heads`,
    onMessage: (message) => {
      const logPosition = readNotification(message);
      if (logPosition) listeners.notify({ logPosition, isOwn: false });
    },
  });
  return {
    publish: (logPosition) => {
      listeners.notify({ logPosition, isOwn: true });
      line.send(writeNotification(logPosition));
    },
    subscribe: (organizationId, listener) => listeners.add(organizationId, listener),
    subscribeToAll: (listener) => listeners.addToAll(listener),
    eval: (script, values) => line.eval(script, values),
    isDegraded: () => line.isAway(),
    close: () => line.close(),
  };
}
