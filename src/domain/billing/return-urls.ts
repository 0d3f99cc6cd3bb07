/**
 * Whether a payer may be redirected to `address` (B3): an http or https address, without user-info, of one of the origins. Only
 * ASCII is accepted, because a browser folds look-alike letters into the letters that they resemble.
 */
export function isReturnUrl(address: string, origins: readonly string[]): boolean {
  const isPlain = /^https?:\/\/[!-~]+$/i.test(address) && !address.includes('\\');
  const hasUserInfo = /^https?:\/\/[^/?#]*@/i.test(address);
  return isPlain && !hasUserInfo && URL.canParse(address) && origins.includes(new URL(address).origin);
}
