import { BadInput } from '../../domain/refusals';
import { accessAt, type PastAccess, versionAt } from '../../store/log/past-rosters';
import type { Services } from '../services';

export interface PastRoster {
  readonly version: number;
  readonly holders: readonly PastAccess[];
}

/** Who had billing access at a moment, from the log alone (E3). A moment that has not come yet is `BadInput`. */
export async function billingAdminsAt(
  { database, clock }: Services,
  organizationId: string,
  at: number,
): Promise<PastRoster> {
  if (at > clock()) throw new BadInput('This moment has not come yet.');
  const version = await versionAt(database.reader, organizationId, at);
  // What commits between the two has a version of its own.
  return { version, holders: await accessAt(database.reader, organizationId, at, version) };
}
