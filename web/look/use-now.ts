import { createContext, useContext, useEffect, useState } from 'react';

/** The service's time (`ServiceClock`). */
export const ClockContext = createContext<(() => number) | null>(null);

/** The service's time, renewed every half minute, for texts like "5 minutes ago". */
export function useNow(): number {
  const clock = useContext(ClockContext);
  if (!clock) throw new Error('There is no clock here.');
  const [now, setNow] = useState(clock);
  useEffect(() => {
    const timer = setInterval(() => setNow(clock()), 30_000);
    return () => clearInterval(timer);
  }, [clock]);
  return now;
}
