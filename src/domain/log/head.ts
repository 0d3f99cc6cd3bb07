/** How far an organization has come: the two counts over its log (E2), and the one over its credit ledger. */
export interface Head {
  readonly organizationId: string;
  readonly sequence: number;
  readonly version: number;
  readonly ledgerSequence: number;
  /** The organization has been removed: whoever watches it has to be told (R13). */
  readonly isRemoved?: boolean;
}

/** Whether `head` tells of anything that `other` does not. */
export function isNewer(head: Head, other: Head): boolean {
  return head.sequence > other.sequence || head.ledgerSequence > other.ledgerSequence;
}
