import { ACCESS_HOLDS_FOR } from '../reads/access-basis';
import type { LiveListener, SharedAnswer } from './live-listener';
import { type SmallSteps, STEP } from '../small-steps';

/** Most who are told before access is checked again. */
const MOST_AT_ONCE = 1_000;

/** Answers that are made together, so that what they read goes into one statement. A step is no shorter than these. */
const MADE_TOGETHER = 4;

/** Those who get the same answer. */
export interface Cohort {
  /** Null where there is none for them, undefined where it has not been made yet. */
  answer: SharedAnswer | null | undefined;
}

export interface Recipient<Group extends Cohort> {
  readonly listener: LiveListener;
  /** Null for one that is told nothing here. */
  readonly cohort: Group | null;
}

/** An event, and who is to be told of it. */
export interface Delivery<Group extends Cohort, Told extends Recipient<Group>> {
  readonly recipients: readonly Told[];
  /** When it was last known that each recipient belongs to a cohort; null where that is not known any more. */
  readonly checkedAt: number | null;
  readonly make: (cohort: Group, listener: LiveListener) => Promise<SharedAnswer | null>;
  /** Asks the database, and moves each recipient that is something else now. */
  readonly checkAccess: () => Promise<void>;
  readonly send: (recipient: Told, answer: SharedAnswer | null) => void;
}

/** What a delivery stands on. */
export interface DeliveryGround {
  readonly smallSteps: SmallSteps;
  readonly monotonicClock: () => number;
}

/**
 * Makes the answers to an event and sends them, in small steps. In each step some answers are made, then access is checked, and then they
 * are sent with nothing to wait for in between, so that nobody gets what was made for somebody that they no longer are (A8). Whoever
 * moves at a check gets the answer of its new cohort.
 */
export async function deliver<Group extends Cohort, Told extends Recipient<Group>>(
  { smallSteps, monotonicClock }: DeliveryGround,
  { recipients, checkedAt, make, checkAccess, send }: Delivery<Group, Told>,
): Promise<void> {
  const queue = [...recipients];
  let isChecked = () => checkedAt !== null && monotonicClock() - checkedAt <= ACCESS_HOLDS_FOR;

  /** Where one of them fails, not before the others have ended: what they were made for may be over by then. */
  const makeAll = async (groups: readonly (readonly [Group, LiveListener])[]) => {
    const made = await Promise.allSettled(groups.map(([cohort, listener]) => make(cohort, listener)));
    made.forEach((outcome, index) => {
      if (outcome.status === 'rejected') throw outcome.reason;
      groups[index]![0].answer = outcome.value;
    });
  };

  const makeSome = async (from: number): Promise<number> => {
    const began = performance.now();
    let end = from;
    do {
      const missing = new Map<Group, LiveListener>();
      for (; end < queue.length && end - from < MOST_AT_ONCE && missing.size < MADE_TOGETHER; end++) {
        const { cohort, listener } = queue[end]!;
        if (cohort && cohort.answer === undefined) missing.set(cohort, listener);
      }
      await makeAll([...missing]);
    } while (end < queue.length && end - from < MOST_AT_ONCE && performance.now() - began < STEP);
    return end;
  };

  let next = 0;
  while (next < queue.length) {
    await smallSteps.next();
    const end = await makeSome(next);
    if (!isChecked()) await checkAccess();
    isChecked = () => false;
    for (; next < end; next++) {
      const recipient = queue[next]!;
      const { cohort } = recipient;
      if (cohort && cohort.answer === undefined) queue.push(recipient);
      else send(recipient, cohort?.answer ?? null);
    }
  }
}
