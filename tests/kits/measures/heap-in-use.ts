import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Bytes of the heap that are really in use. */
export function heapInUse(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}

/** Two thousand characters that share their memory with no other text. */
export function ownText(name: string | number): string {
  return Buffer.from(String(name).padEnd(2_000, 'x')).toString('latin1');
}
