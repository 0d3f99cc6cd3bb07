/** Stripe counts in seconds since the epoch, we in milliseconds. */
export function fromStripeTime(seconds: number): number {
  return seconds * 1_000;
}

export function toStripeTime(milliseconds: number): number {
  return Math.floor(milliseconds / 1_000);
}
