import type { GrantTerms } from '../documents/roster-documents';
import { endOfDay } from '../look/dates';

/** When a grant is to end: never, as it was before, on one of some usual days, or on a day that somebody types. */
export type EndChoice = 'none' | 'given' | 'week' | 'month' | 'year' | 'day';

/** The terms of a grant while somebody chooses them. */
export interface TypedTerms {
  readonly access: GrantTerms['access'];
  readonly end: EndChoice;
  /** YYYY-MM-DD; empty until there is a whole date. */
  readonly day: string;
}

export const USUAL_TERMS: TypedTerms = { access: 'MANAGE', end: 'none', day: '' };

/** The terms that there are, or that somebody asked for, to begin with. */
export function typedTerms({ access, expiresAt }: GrantTerms): TypedTerms {
  return { access, end: expiresAt === null ? 'none' : 'given', day: '' };
}

const DAY = 86_400_000;

/** The usual ends, in their order and each day once: in a week, in 30 days, and with the year. */
export function usualEnds(
  now: number,
): readonly { readonly choice: EndChoice; readonly days: number; readonly end: number }[] {
  const today = new Date(now);
  const ends = [
    { choice: 'week' as const, days: 7, end: endOfDay(new Date(now + 7 * DAY)) },
    { choice: 'month' as const, days: 30, end: endOfDay(new Date(now + 30 * DAY)) },
    { choice: 'year' as const, days: 0, end: endOfDay(new Date(today.getFullYear(), 11, 31)) },
  ];
  return ends
    .filter(({ end }, index) => ends.findIndex((other) => other.end === end) === index)
    .sort((one, other) => one.end - other.end);
}

/** The day of a moment, as a date field has it. */
export function dayOf(moment: number): string {
  const at = new Date(moment);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${String(at.getFullYear()).padStart(4, '0')}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

/** What was typed, read: the terms, or what is wrong about the day. `given` is the end that there was before. */
export function readTerms({ access, end, day }: TypedTerms, given: string | null, now: number): GrantTerms | string {
  if (end === 'none') return { access, expiresAt: null };
  if (end === 'given') return { access, expiresAt: given };
  if (end !== 'day') {
    const usual = usualEnds(now).find(({ choice }) => choice === end);
    return usual ? { access, expiresAt: new Date(usual.end).toISOString() } : 'Choose when the access ends.';
  }
  const [year = NaN, month = NaN, date = NaN] = day === '' ? [] : day.split('-').map(Number);
  const last = new Date(year, month - 1, date);
  // Years below 100 are not taken as they stand, and are over anyway.
  if (Number.isNaN(last.getTime()) || year > 9998) return 'Choose the last day.';
  if (endOfDay(last) <= now) return 'Choose today or a later day.';
  return { access, expiresAt: new Date(endOfDay(last)).toISOString() };
}
