/** What owners allow billing admins to buy without asking (T4), in the currency's minor unit. Null: no limit. */
export interface SpendingLimits {
  readonly perPurchase: number | null;
  /** For a calendar month, UTC. */
  readonly perMonth: number | null;
}

/** Which limit a purchase would pass. */
export type PassedLimit = 'PER_PURCHASE' | 'PER_MONTH';

/** What is bought: a first subscription, a change of the present one, or a credit pack. */
export type PurchaseKind = 'SUBSCRIPTION' | 'CHANGE' | 'TOP_UP';

/** OPEN: waits for an owner. */
export type PurchaseRequestStatus = 'OPEN' | 'APPROVED' | 'DECLINED' | 'WITHDRAWN' | 'LAPSED';

/** A purchase request pins its numbers for so many milliseconds (T4). */
export const PURCHASE_REQUEST_LASTS = 24 * 60 * 60 * 1000;

/** Most purchase requests of an organization that are open (T4). */
export const MOST_OPEN_PURCHASE_REQUESTS = 20;

export function isLimiting({ perPurchase, perMonth }: SpendingLimits): boolean {
  return perPurchase !== null || perMonth !== null;
}

/**
 * What a change of plan counts as: the amount due now, or the increase in price per period where that is more. Otherwise a large plan
 * would cost next to nothing on the last day of a period. A price that is not known is null, and counts as 0.
 */
export function countedForChange(amountDueNow: number, priceBefore: number | null, priceAfter: number | null): number {
  return Math.max(amountDueNow, (priceAfter ?? 0) - (priceBefore ?? 0), 0);
}

/**
 * The limit that a purchase would pass, if any. `inMonth` is what counts in the month already. A purchase that counts as nothing passes
 * none, also where the limit was lowered below what has been spent.
 */
export function passedLimit(
  { perPurchase, perMonth }: SpendingLimits,
  counted: number,
  inMonth: number,
): PassedLimit | null {
  if (counted === 0) return null;
  if (perPurchase !== null && counted > perPurchase) return 'PER_PURCHASE';
  // Both are whole numbers below 2^53. Their sum might not be exact.
  return perMonth !== null && counted > perMonth - inMonth ? 'PER_MONTH' : null;
}
