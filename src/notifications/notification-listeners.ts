import type { ChangeNotification } from './notifier';

type Listener = (notification: ChangeNotification) => void;

/** Who on this instance listens to which organization's notifications. */
export class NotificationListeners {
  private readonly listeners = new Map<string, Set<Listener>>();

  tell(notification: ChangeNotification): void {
    for (const listener of this.listeners.get(notification.logPosition.organizationId) ?? []) listener(notification);
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
