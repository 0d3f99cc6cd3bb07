/**
 * Why credits came or went. INCLUDED: given for a month, or for the rest of one with a larger plan. EXPIRY: what was left of
 * them when the month ended. REFUND: taken back because the money went back.
 */
export type LedgerKind = 'USAGE' | 'GRANT' | 'INCLUDED' | 'EXPIRY' | 'TOP_UP' | 'RECHARGE' | 'REFUND';
