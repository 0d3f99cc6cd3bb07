import type { Notifier } from './notifier';
import { NotificationListeners } from './notification-listeners';

/** The notifier of a single instance. */
export function createMemoryNotifier(): Notifier {
  const listeners = new NotificationListeners();
  return {
    publish: (logPosition) => listeners.notify({ logPosition, isOwn: true }),
    subscribe: (organizationId, listener) => listeners.add(organizationId, listener),
    subscribeToAll: (listener) => listeners.addToAll(listener),
    isDegraded: () => false,
    close: async () => undefined,
  };
}
