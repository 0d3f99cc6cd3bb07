/**
 * Why credits came or went. INCLUDED: given with a period, or with a larger plan within one. EXPIRY: what was left of them when
 * it ended. REFUND: taken back because the money went back.
 */
export type LedgerKind = 'USAGE' | 'GRANT' | 'INCLUDED' | 'EXPIRY' | 'TOP_UP' | 'RECHARGE' | 'REFUND';
