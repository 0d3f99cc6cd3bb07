import { readFileSync } from 'node:fs';

/** How a process's main thread has fared so far, in milliseconds. */
export interface ProcessorShare {
  /** It had a processor. */
  readonly ran: number;
  /** It could have run, and others had the processors. */
  readonly queued: number;
}

const NANOSECONDS = 1_000_000;

/** As Linux counts it (Documentation/scheduler/sched-stats.rst, "/proc/<pid>/schedstat"). Nothing where the process has ended. */
export function processorShare(processId: number): ProcessorShare {
  const [ran = 0, queued = 0] = ofProcess(processId, 'schedstat').split(' ').map(Number);
  return { ran: ran / NANOSECONDS, queued: queued / NANOSECONDS };
}

/** Memory that the process holds, in megabytes. */
export function residentMegabytes(processId: number): number {
  const status = ofProcess(processId, 'status');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1_024;
}

function ofProcess(processId: number, file: 'schedstat' | 'status'): string {
  try {
    return readFileSync(`/proc/${processId}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
