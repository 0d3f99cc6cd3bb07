import DataLoader from 'dataloader';
import type { BillingRole } from '../../domain/access/permissions';
import { type CreditTerms, creditTermsOf } from '../../store/credit-terms';
import type { Reader } from '../../store/database';
import type { OrganizationRow } from '../../store/organizations';
import { peopleIn } from '../../store/people';
import { type Roster, rostersOf } from '../../store/rosters';
import type { Membership } from '../../store/memberships';
import { billingDetailsLoader } from './billing-details-loader';
import { inOrder } from './in-order';
import type { OperationReads } from './operation-reads';
import { personLoader } from './person-loader';

/** Loaders for one event that many are told of (L8): what is the same for all of them is read once. */
export interface EventLoaders {
  /**
   * As everybody with this billing role would read. Who asks is nobody here: what depends on more of a viewer than the billing role
   * throws, so that one viewer's answer can never be another's.
   */
  as(billingRole: BillingRole): OperationReads;
}

export function createEventLoaders(reader: Reader, organization: OrganizationRow): EventLoaders {
  const roster = new DataLoader<string, Roster | null>(async (ids) =>
    inOrder(ids, await rostersOf(reader, ids), (row) => row.organizationId),
  );
  const creditTerms = new DataLoader<string, CreditTerms | null>(async (ids) =>
    inOrder(ids, await creditTermsOf(reader, ids), (row) => row.organizationId),
  );
  const billingDetails = billingDetailsLoader(reader);
  const person = personLoader((keys) => peopleIn(reader, keys));

  return {
    as(billingRole) {
      const viewed = asEverybody(organization, billingRole);
      return {
        viewed: new DataLoader(async (ids) => ids.map((id) => (id === organization.id ? viewed : forOneViewer()))),
        viewedWithRoster: forOneViewer,
        viewedByMembership: forOneViewer,
        roster,
        person,
        creditTerms,
        billingDetails,
        ownProfile: forOneViewer,
        openRequest: new DataLoader(async () => forOneViewer()),
        endedRequest: new DataLoader(async () => forOneViewer()),
        get checks() {
          return forOneViewer();
        },
        get directory() {
          return forOneViewer();
        },
        renewed: forOneViewer,
        // The delivery checks the access of each subscriber that shares it.
        accessHolds: () => true,
      };
    },
  };
}

function asEverybody(organization: OrganizationRow, viewerBillingRole: BillingRole): Membership {
  return Object.defineProperties({ ...organization, viewerBillingRole } as Membership, {
    viewerId: { get: forOneViewer },
    viewerRole: { get: forOneViewer },
    viewerGrantExpiresAt: { get: forOneViewer },
  });
}

function forOneViewer(): never {
  throw new Error('An answer that is shared depends on who asks: mark the field with DEPENDS_ON_VIEWER.');
}
