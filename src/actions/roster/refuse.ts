import { Refusal } from '../../domain/refusals';
import type { OrganizationTransaction } from '../../store/organization-transaction';

/** R3: owners are not on the list, so that nobody can be led to believe that removing them there takes their access. */
export function ownerHasAccess(): Refusal {
  return new Refusal('OWNER_HAS_ACCESS_BY_DEFAULT', ['input', 'userId']);
}

/** R5: refuses a decision that was made upon a roster that has moved on, also by the ends that this transaction has written. */
export function requireVersion({ version }: OrganizationTransaction, expectedVersion: number | null): void {
  if (expectedVersion !== null && expectedVersion !== version)
    throw new Refusal('VERSION_CONFLICT', ['input', 'expectedVersion'], { version, expectedVersion });
}

export function rosterFull(rosterLimit: number): Refusal {
  return new Refusal('ROSTER_FULL', null, { limit: rosterLimit });
}
