/**
 * Why credits changed. INCLUDED: granted for a month, or for the rest of one with a larger plan. EXPIRY: unused credits at
 * the end of the month. REFUND: removed because the money was refunded.
 */
export type LedgerKind = 'USAGE' | 'GRANT' | 'INCLUDED' | 'EXPIRY' | 'TOP_UP' | 'RECHARGE' | 'REFUND';
