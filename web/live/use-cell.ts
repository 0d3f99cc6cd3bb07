import { useSyncExternalStore } from 'react';
import type { Readable } from './cell';

export function useCell<Value>({ subscribe, get }: Readable<Value>): Value {
  return useSyncExternalStore(subscribe, get);
}
