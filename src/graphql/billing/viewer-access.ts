import { Extensions, FieldResolver, Resolver, Root } from 'type-graphql';
import { situationOf } from '../../actions/billing/situation';
import { type BillingRole, grantAccessOf, permits } from '../../domain/access/permissions';
import { BILLING_CONTROLS, messageOf, reasonClosed } from '../../domain/billing/controls';
import type { CheckoutConfiguration } from '../../domain/billing/terms';
import type { AccessRow } from '../../store/access-rows';
import { DateTime, toDate } from '../shared/scalars';
import { DEPENDS_ON_VIEWER } from '../sharing/depends-on-viewer';
import { BillingAccess } from './billing-types';

export function viewerAccessOf(membership: AccessRow, checkout: CheckoutConfiguration): BillingAccess {
  const { viewerBillingRole: billingRole } = membership;
  const situation = situationOf(membership, billingRole, checkout);
  return {
    membership,
    level: levelOf(billingRole),
    source: sourceOf(billingRole),
    controls: BILLING_CONTROLS.map((control) => {
      const reason = reasonClosed(control, situation);
      return {
        control,
        available: reason === null,
        unavailableReason: reason,
        message: reason && messageOf(reason, billingRole),
      };
    }),
  };
}

function levelOf(billingRole: BillingRole): BillingAccess['level'] {
  if (permits(billingRole, 'MANAGE_BILLING')) return 'MANAGE';
  return permits(billingRole, 'VIEW_BILLING_DETAILS') ? 'VIEW' : 'READ_ONLY';
}

function sourceOf(billingRole: BillingRole): BillingAccess['source'] {
  if (billingRole === 'OWNER') return 'OWNER';
  return grantAccessOf(billingRole) && 'BILLING_ADMIN';
}

@Resolver(() => BillingAccess)
export class BillingAccessResolver {
  @Extensions(DEPENDS_ON_VIEWER)
  @FieldResolver(() => DateTime, { nullable: true, description: 'When the grant ends. Null if it has no end.' })
  expiresAt(@Root() { membership }: BillingAccess): Date | null {
    const { viewerGrantExpiresAt: expiresAt, viewerBillingRole } = membership;
    return expiresAt !== null && grantAccessOf(viewerBillingRole) !== null ? toDate(expiresAt) : null;
  }
}
