const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });
const minute = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' });
const dayInUtc = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', timeZone: 'UTC' });

/** A day is not broken over two lines. */
export const formatDay = (iso: string) => day.format(new Date(iso)).replaceAll(' ', '\u00a0');
export const formatMinute = (iso: string) => minute.format(new Date(iso));
/** Of a date without a time (YYYY-MM-DD). */
export const formatShortDay = (date: string) => dayInUtc.format(new Date(`${date}T00:00:00Z`));

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
