/** An organization's credits, or a change to them. Whole numbers; `topUp` may be below 0, `included` never is (B5). */
export interface Credits {
  readonly included: number;
  readonly topUp: number;
}

/**
 * The bound of every number of credits, on either side of 0: the largest that JSON and JavaScript hold exactly. A balance and a total
 * of usage stop there instead of failing, so that they can always be stored and reported (docs/0023).
 */
export const MOST_CREDITS = Number.MAX_SAFE_INTEGER;

export function available({ included, topUp }: Credits): number {
  return included + topUp;
}

/** The balance after a use of `credits`: included ones first, then top-ups. `topUp` below 0 is the overdraft (B5). */
export function use(balance: Credits, credits: number): Credits {
  const fromIncluded = Math.min(balance.included, credits);
  return { included: 0 - fromIncluded, topUp: fromIncluded - credits };
}

export function add(one: Credits, other: Credits): Credits {
  return { included: one.included + other.included, topUp: one.topUp + other.topUp };
}

/** The sum of two numbers of used credits. */
export function total(one: number, other: number): number {
  return Math.min(one + other, MOST_CREDITS);
}

/**
 * As much of a change as the balance has room for: neither part, nor their sum, exceeds `MOST_CREDITS`. The change itself is within
 * that bound, and so is every sum here that is not cut off. The sums are therefore exact.
 */
export function fitting(balance: Credits, change: Credits): Credits {
  const included = Math.min(balance.included + change.included, MOST_CREDITS - Math.max(0, balance.topUp));
  const topUp = Math.max(-MOST_CREDITS, Math.min(balance.topUp + change.topUp, MOST_CREDITS - included));
  return { included: included - balance.included, topUp: topUp - balance.topUp };
}

/** Whether the balance has room for all of the change. */
export function fits(balance: Credits, change: Credits): boolean {
  const { included, topUp } = fitting(balance, change);
  return included === change.included && topUp === change.topUp;
}

/** The event of a falling balance, if any: it ran out, or it fell below the recharge threshold (B8). */
export function crossingOf(
  before: Credits,
  after: Credits,
  threshold: number | null,
): 'CREDITS_EXHAUSTED' | 'CREDITS_LOW' | null {
  const [was, is] = [available(before), available(after)];
  if (was > 0 && is <= 0) return 'CREDITS_EXHAUSTED';
  if (threshold !== null && was >= threshold && is < threshold) return 'CREDITS_LOW';
  return null;
}
