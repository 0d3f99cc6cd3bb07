import { Refusal } from '../../domain/refusals';
import type { OrganizationTransaction } from '../../store/organization-transaction';

/** How long a full sync may take before it lapses, in milliseconds (D3). */
const LAPSES_AFTER = 24 * 60 * 60 * 1_000;

/** A full sync of an organization's members that has not ended. */
export interface OpenSync {
  readonly id: string;
  /** 1, 2, 3, … in its organization: what is noted of users during it has this number. */
  readonly number: number;
}

/** Null if no full sync of the organization is open. */
export function openSyncOf({ organization, now }: OrganizationTransaction): OpenSync | null {
  const { directorySyncId: id, directorySyncStartedAt: startedAt, directorySyncCount: number } = organization;
  if (id === null || startedAt === null || now >= startedAt + LAPSES_AFTER) return null;
  return { id, number };
}

/** The number of the full sync with this id. */
export function requireOpenSync(transaction: OrganizationTransaction, syncId: string): number {
  const open = openSyncOf(transaction);
  if (open?.id === syncId) return open.number;
  throw new Refusal('SYNC_NOT_FOUND', ['input', 'syncId']);
}
