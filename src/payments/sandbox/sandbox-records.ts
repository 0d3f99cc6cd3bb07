/** Where the sandbox keeps a document for each of its customers: a text that it alone reads. */
export interface SandboxRecords {
  /** The customer's document as it was last committed. Null if it does not exist. */
  read(customerId: string): Promise<string | null>;

  /**
   * Runs `work` on the document (null if it does not exist) and stores the returned `body` in its place. One at a time for
   * each customer, and all or nothing: where `work` throws, nothing is kept. It may run again after a conflict with another
   * writer, so it must keep nothing from a failed try.
   */
  change<T>(customerId: string, work: (body: string | null) => Changed<T>): Promise<T>;
}

interface Changed<T> {
  readonly body: string;
  /** What the caller of `change` gets. */
  readonly result: T;
}
