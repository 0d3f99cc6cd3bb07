import { readFileSync } from 'node:fs';

/** How a process's main thread has fared so far, in milliseconds. */
export interface ProcessorShare {
  /** It had a processor. */
  readonly ran: number;
  /** It could have run, and others had the processors. */
  readonly queued: number;
}

const NANOSECONDS = 1_000_000;

/** As Linux counts it (Documentation/scheduler/sched-stats.rst, "/proc/<pid>/schedstat"). */
export function processorShare(processId: number): ProcessorShare {
  const [ran = 0, queued = 0] = readFileSync(`/proc/${processId}/schedstat`, 'utf8').split(' ').map(Number);
  return { ran: ran / NANOSECONDS, queued: queued / NANOSECONDS };
}

/** Memory that the process holds, in megabytes. */
export function residentMegabytes(processId: number): number {
  const status = readFileSync(`/proc/${processId}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) / 1_024;
}
