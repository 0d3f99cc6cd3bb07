import type { Head } from '../domain/log/head';

/**
 * Tells that an organization's log has grown (E4). It is a hint: it may come late, twice or not at all, and says nothing of
 * what has happened; whoever hears it reads the log.
 */
export interface Feed {
  publish(head: Head): void;
  /** Calls `listener` for each hint of the organization until the returned function is called. */
  subscribe(organizationId: string, listener: (head: Head) => void): () => void;
}
