import { Refusal } from '../../domain/refusals';
import type { OrderRow } from '../../store/billing-orders';
import type { MemberRow } from '../../store/members';
import type { OrganizationRow } from '../../store/organizations';
import { isLimited } from './judge-purchase';

/**
 * Whom the spending policy limits goes on with nobody else's purchase by its idempotency key: an owner's was never judged (T4). `madeBy` is
 * null for a user who was erased since.
 */
export function requireOwnOrder(organization: OrganizationRow, actor: MemberRow, { actorId: madeBy }: OrderRow): void {
  if (madeBy === null || madeBy === actor.userId || !isLimited(organization, actor)) return;
  throw new Refusal('IDEMPOTENCY_KEY_REUSED', ['input', 'idempotencyKey']);
}
