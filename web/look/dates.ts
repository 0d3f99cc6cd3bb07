const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });
const minute = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' });
const dayInUtc = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', timeZone: 'UTC' });

/** A day is not broken over two lines. */
export const formatDay = (iso: string) => day.format(new Date(iso)).replaceAll(' ', '\u00a0');
export const formatMinute = (iso: string) => minute.format(new Date(iso));
/** Of a date without a time (YYYY-MM-DD). */
export const formatShortDay = (date: string) => dayInUtc.format(new Date(`${date}T00:00:00Z`));

const lastDay = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'long' });
const lastDayOfYear = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'long', year: 'numeric' });
const time = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' });

const MINUTE = 60_000;

/**
 * Until when something lasts: its last day, with the year where that is another one than now's, and with the time where it does not end
 * with the day. An end in a day's last minute is the day's.
 */
export function formatEnd(iso: string, now: number): string {
  const end = Date.parse(iso);
  const last = new Date(end - 1);
  const format = last.getFullYear() === new Date(now).getFullYear() ? lastDay : lastDayOfYear;
  const day = format.format(last).replaceAll(' ', '\u00a0');
  return endOfDay(last) - end < MINUTE ? day : `${day}, ${time.format(end)}`;
}

/** When the day of this moment ends, in the viewer's time zone. */
export const endOfDay = (moment: Date) =>
  new Date(moment.getFullYear(), moment.getMonth(), moment.getDate() + 1).getTime();

const STEPS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
];

/** "5 minutes ago". A clock that is behind the service's does not make it the future. */
export function formatAgo(iso: string, now: number): string {
  const passed = Math.max(0, now - Date.parse(iso));
  const [unit, length] = STEPS.find(([, length]) => passed >= length) ?? ['second', 1_000];
  return unit === 'second' ? relative.format(0, 'second') : relative.format(-Math.floor(passed / length), unit);
}
