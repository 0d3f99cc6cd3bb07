import { Unavailable } from '../../domain/refusals';
import { AccessChecks } from '../loaders/access-checks';
import type { Services } from '../services';

/** So often an answer is made before the caller is told to come back: each time the access that it tells of changed while it was made. */
const MOST_TRIES = 3;

/** An answer about the access of others that still holds when it leaves (A8), for the back end that `askedBy` names. */
export async function whileAccessHolds<Answer>(
  { database, accessOf, monotonicClock }: Services,
  askedBy: string,
  make: (checks: AccessChecks) => Promise<Answer>,
): Promise<Answer> {
  for (let tries = 1; ; tries++) {
    const checks = new AccessChecks(database.readerFor(askedBy), monotonicClock, accessOf);
    const answer = await make(checks);
    const holds = checks.holds();
    if (holds === true || (await holds)) return answer;
    if (tries === MOST_TRIES) throw new Unavailable('The access changed each time the response was made.');
  }
}
