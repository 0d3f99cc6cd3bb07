import type { Head } from '../domain/log/head';
import type { Feed } from './feed';

/** The feed of a single instance. */
export function createMemoryFeed(): Feed {
  const listeners = new Map<string, Set<(head: Head) => void>>();

  return {
    publish(head) {
      for (const listener of listeners.get(head.organizationId) ?? []) listener(head);
    },
    subscribe(organizationId, listener) {
      const ofOrganization = listeners.get(organizationId) ?? new Set();
      listeners.set(organizationId, ofOrganization.add(listener));
      return () => {
        ofOrganization.delete(listener);
        if (ofOrganization.size === 0 && listeners.get(organizationId) === ofOrganization)
          listeners.delete(organizationId);
      };
    },
  };
}
