/**
 * How many of the `credits` that were bought for `amount` are removed when `returned` of it is refunded: all for all, otherwise in
 * proportion, rounded up, so that nobody keeps a refunded credit. Computed in integers.
 */
export function creditsReturned(credits: number, amount: number, returned: number): number {
  if (returned <= 0) return 0;
  if (returned >= amount) return credits;
  const whole = BigInt(amount);
  return Number((BigInt(credits) * BigInt(returned) + whole - 1n) / whole);
}
