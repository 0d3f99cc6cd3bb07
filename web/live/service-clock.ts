export interface ServiceClock {
  /** The service's time, in milliseconds; the browser's until the service has answered. */
  readonly now: () => number;
  /** Takes over the `Date` header of an answer. */
  readonly take: (date: string | null) => void;
}

/**
 * The service's time, to a second or two. Browsers have clocks that are days off, and people set them while a page is open, so time
 * goes on from the newest answer by a clock that nobody sets. That clock may stand still while the machine sleeps: the questions that
 * the page asks when its connection is back put it right.
 */
export function createServiceClock(
  local: () => number = () => Date.now(),
  steady: () => number = () => performance.now(),
): ServiceClock {
  let offset: number | null = null;
  return {
    now: () => (offset === null ? local() : steady() + offset),
    take: (date) => {
      const told = Date.parse(date ?? '');
      if (!Number.isNaN(told)) offset = told - steady();
    },
  };
}
