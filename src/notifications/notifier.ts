import type { LogPosition } from '../domain/log/log-position';

export interface ChangeNotification {
  readonly logPosition: LogPosition;
  /** Whether this very process has committed it. What another says is a reason to look, and nothing to rely on. */
  readonly isOwn: boolean;
}

/**
 * Tells that an organization's log has grown (E4). It is a notification: it may be late, repeated or lost, and does not say what
 * has happened. Its receiver reads the log.
 */
export interface Notifier {
  /** Tells what this process has committed. It neither waits nor fails. */
  publish(logPosition: LogPosition): void;
  /** Calls `listener` for each notification of the organization until the returned function is called. */
  subscribe(organizationId: string, listener: (notification: ChangeNotification) => void): () => void;
  /** Calls `listener` for each notification of any organization until the returned function is called. */
  subscribeToAll(listener: (notification: ChangeNotification) => void): () => void;
  /** Whether notifications of other instances do not come for the moment. Nothing is lost; it takes longer (E4). */
  isDegraded(): boolean;
  close(): Promise<void>;
}
