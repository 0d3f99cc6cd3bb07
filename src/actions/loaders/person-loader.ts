import DataLoader from 'dataloader';
import { type PersonKey, textOfKey } from '../../store/people';
import type { UserRow } from '../../store/users';

/** How somebody is shown in an organization (`peopleIn`), each looked up once; null where it knows nothing of them. */
export type PersonLoader = DataLoader<PersonKey, UserRow | null, string>;

export function personLoader(read: (keys: readonly PersonKey[]) => Promise<(UserRow | null)[]>): PersonLoader {
  return new DataLoader(read, { cacheKeyFn: textOfKey });
}
