/**
 * How many of the `credits` that were bought for `amount` go back when `returned` of it does: all for all, and otherwise in
 * proportion, rounded up, so that nobody keeps a credit that was given back. Counted in whole numbers.
 */
export function creditsReturned(credits: number, amount: number, returned: number): number {
  if (returned <= 0) return 0;
  if (amount <= 0 || returned >= amount) return credits;
  const whole = BigInt(amount);
  return Number((BigInt(credits) * BigInt(returned) + whole - 1n) / whole);
}
