import { STYLESHEET_HASH } from './stylesheet';

/**
 * The headers of a page. Its address is a secret that opens it, so it is sent to nobody (no referrer) and cached nowhere. No script
 * runs. `formTarget` is the origin that a form's answer sends the payer on to: Chromium asks the policy for it too.
 */
export function pageHeaders(formTarget: string | null = null): Record<string, string> {
  return {
    'content-security-policy': [
      "default-src 'none'",
      `style-src ${STYLESHEET_HASH}`,
      'img-src data:',
      "base-uri 'none'",
      `form-action 'self'${formTarget === null ? '' : ` ${formTarget}`}`,
      "frame-ancestors 'none'",
    ].join('; '),
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'x-robots-tag': 'noindex',
  };
}
