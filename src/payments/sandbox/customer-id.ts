import { createHash } from 'node:crypto';

/**
 * The id of the organization's customer, or of the one who takes the place of `goneId`: the same each time, so that there is one
 * however often it is made. Unlike the organization's own id it is short, and needs no escaping in an address.
 */
export function customerIdOf(organizationId: string, goneId: string | null = null): string {
  // No id holds a space.
  const named = goneId === null ? organizationId : `${organizationId} ${goneId}`;
  return `cus_${createHash('sha256').update(named).digest('hex').slice(0, 40)}`;
}
