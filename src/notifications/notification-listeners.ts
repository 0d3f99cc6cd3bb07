import type { ChangeNotification } from './notifier';

type Listener = (notification: ChangeNotification) => void;

/** Who on this instance listens to which organization's notifications, or to all. */
export class NotificationListeners {
  private readonly listeners = new Map<string, Set<Listener>>();
  private readonly ofAll = new Set<Listener>();

  notify(notification: ChangeNotification): void {
    for (const listener of this.ofAll) listener(notification);
    for (const listener of this.listeners.get(notification.logPosition.organizationId) ?? []) listener(notification);
  }

  addToAll(listener: Listener): () => void {
    this.ofAll.add(listener);
    return () => this.ofAll.delete(listener);
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
