/** An organization's credits, or a change to them. Whole numbers; `topUp` may be below 0, `included` never is (B5). */
export interface Credits {
  readonly included: number;
  readonly topUp: number;
}

export function available({ included, topUp }: Credits): number {
  return included + topUp;
}

/** What using `credits` takes: included ones first, then top-ups, and beyond those the overdraft stands in `topUp` (B5). */
export function use(balance: Credits, credits: number): Credits {
  const fromIncluded = Math.min(balance.included, credits);
  return { included: 0 - fromIncluded, topUp: fromIncluded - credits };
}

export function add(one: Credits, other: Credits): Credits {
  return { included: one.included + other.included, topUp: one.topUp + other.topUp };
}

/** Whether the balance is one that can be stored and told exactly. */
export function isCountable({ included, topUp }: Credits): boolean {
  return Number.isSafeInteger(included) && Number.isSafeInteger(topUp) && Number.isSafeInteger(included + topUp);
}

/** What a fall of the balance means to somebody, if anything: it ran out, or it fell below the recharge threshold (B8). */
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
