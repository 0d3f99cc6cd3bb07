/**
 * Whether a payer may be sent on to `address` (B3): an http or https address, without user-info, of one of the origins. Other
 * than plain ASCII is refused as it was written, since a browser folds look-alike letters into the ones that they look like.
 */
export function isReturnUrl(address: string, origins: readonly string[]): boolean {
  const isPlain = /^https?:\/\/[!-~]+$/i.test(address) && !address.includes('\\');
  const hasUserInfo = /^https?:\/\/[^/?#]*@/i.test(address);
  return isPlain && !hasUserInfo && URL.canParse(address) && origins.includes(new URL(address).origin);
}
