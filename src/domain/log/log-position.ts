/** How far an organization has come: the two counts over its log (E2), and the one over its credit ledger. */
export interface LogPosition {
  readonly organizationId: string;
  readonly sequence: number;
  readonly version: number;
  readonly ledgerSequence: number;
  /** The organization has been removed: its subscribers have to be told (R13). */
  readonly isRemoved?: boolean;
}

/** Whether `logPosition` is beyond `other`. */
export function isNewer(logPosition: LogPosition, other: LogPosition): boolean {
  return logPosition.sequence > other.sequence || logPosition.ledgerSequence > other.ledgerSequence;
}
