/** Why credits came or went. */
export type LedgerKind = 'USAGE' | 'GRANT';
