import type { Hint } from './feed';

type Listener = (hint: Hint) => void;

/** Who on this instance listens to which organization's hints. */
export class HintListeners {
  private readonly listeners = new Map<string, Set<Listener>>();

  tell(hint: Hint): void {
    for (const listener of this.listeners.get(hint.head.organizationId) ?? []) listener(hint);
  }

  add(organizationId: string, listener: Listener): () => void {
    const ofOrganization = this.listeners.get(organizationId) ?? new Set();
    this.listeners.set(organizationId, ofOrganization.add(listener));
    return () => {
      ofOrganization.delete(listener);
      if (ofOrganization.size === 0 && this.listeners.get(organizationId) === ofOrganization)
        this.listeners.delete(organizationId);
    };
  }
}
