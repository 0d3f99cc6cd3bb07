import { useEffect, useRef, useState } from 'react';

/** The value, renewed at most once in so many milliseconds, and never left behind. */
export function usePaced<Value>(value: Value, milliseconds: number): Value {
  const [paced, setPaced] = useState(value);
  // Of a clock that nobody sets.
  const last = useRef(-Infinity);
  useEffect(() => {
    const wait = Math.max(0, last.current + milliseconds - performance.now());
    const timer = setTimeout(() => {
      last.current = performance.now();
      setPaced(value);
    }, wait);
    return () => clearTimeout(timer);
  }, [value, milliseconds]);
  return paced;
}
