import type { Feed } from './feed';
import { HintListeners } from './hint-listeners';

/** The feed of a single instance. */
export function createMemoryFeed(): Feed {
  const listeners = new HintListeners();
  return {
    publish: (head) => listeners.tell({ head, isOwn: true }),
    subscribe: (organizationId, listener) => listeners.add(organizationId, listener),
    isDegraded: () => false,
    close: async () => undefined,
  };
}
