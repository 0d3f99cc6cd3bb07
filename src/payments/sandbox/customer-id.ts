import { createHash } from 'node:crypto';

/**
 * The id of the organization's customer: the same each time, so that there is one however often it is made; and unlike the
 * organization's own id short, and of characters that stand in an address as they are.
 */
export function customerIdOf(organizationId: string): string {
  return `cus_${createHash('sha256').update(organizationId).digest('hex').slice(0, 40)}`;
}
