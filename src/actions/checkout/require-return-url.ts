import { isReturnUrl } from '../../domain/billing/return-urls';
import { Refusal } from '../../domain/refusals';
import type { Services } from '../services';

/** Refuses an address that a payer may not be sent on to (B3). */
export function requireReturnUrl({ returnUrlOrigins }: Services, returnUrl: string): void {
  if (!isReturnUrl(returnUrl, returnUrlOrigins())) throw new Refusal('RETURN_URL_NOT_ALLOWED', ['input', 'returnUrl']);
}
