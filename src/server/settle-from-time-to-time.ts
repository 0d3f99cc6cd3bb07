import { setTimeout as delay } from 'node:timers/promises';
import { settleDueOrganizations, type UnderWay } from '../actions/due/settle-due-organizations';
import type { Services } from '../actions/services';
import { StepLoop } from './step-loop';

/** How often it is looked for what is due, in milliseconds: an end of a grant is in the log two seconds later (T2). */
const SETTLE_EVERY = 1_000;

/** How long a look waits for organizations that are locked, in milliseconds: the next one comes within the two seconds, too. */
const LONGEST_LOOK = 200;

/** Writes what is due, such as ends of grants, until it is stopped. An organization that is locked delays no other. */
export function settleFromTimeToTime(services: Services, onError: (error: unknown) => void): StepLoop {
  const underWay: UnderWay = new Map();
  const step = async () => {
    let isLate = false;
    const settled = settleDueOrganizations(services, underWay);
    settled.catch((error: unknown) => isLate && onError(error));
    await Promise.race([settled, delay(LONGEST_LOOK, undefined, { ref: false })]);
    isLate = true;
    return SETTLE_EVERY;
  };
  return new StepLoop(step, { rest: SETTLE_EVERY, onError });
}
