const DAY = 24 * 60 * 60 * 1_000;

/** The days that a forecast looks back on, with the present one (UTC). */
export const FORECAST_DAYS = 28;

/** Nobody plans further ahead. */
const FURTHEST = 10 * 365 * DAY;

interface Pace {
  /** Credits that are left. */
  readonly available: number;
  /** Credits used on the days that the forecast looks back on. */
  readonly used: number;
  /** How many days those are. */
  readonly days: number;
  readonly now: number;
  /** When the next credits come. Null if none do. */
  readonly renewsAt: number | null;
}

export interface Forecast {
  readonly averagePerDay: number;
  /** Null if the credits last until the next ones come, if none are used, and if none are left. */
  readonly runsOutAt: number | null;
}

/** When the credits run out if usage goes on as it was. */
export function forecastOf({ available, used, days, now, renewsAt }: Pace): Forecast {
  const averagePerDay = Math.round(used / days);
  if (used === 0 || available <= 0) return { averagePerDay, runsOutAt: null };
  const lasts = (available / used) * days * DAY;
  const end = Math.min(renewsAt === null ? Infinity : renewsAt - now, FURTHEST);
  return { averagePerDay, runsOutAt: lasts < end ? Math.floor(now + lasts) : null };
}

/** The days to look back on: 28, or those since the organization is known here. */
export function daysBackOn(createdAt: number, now: number): number {
  const since = Math.floor(now / DAY) - Math.floor(createdAt / DAY) + 1;
  return Math.max(1, Math.min(FORECAST_DAYS, since));
}
