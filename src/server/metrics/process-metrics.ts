import { collectDefaultMetrics } from 'prom-client';

/** Memory, processor time, event loop and garbage collection, once for the whole process. */
export function collectProcessMetrics(): void {
  collectDefaultMetrics();
}
