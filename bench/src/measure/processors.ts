import { execFileSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** Servers run on one processor, and the load on the others, so that neither takes the other's time. */
export const SERVER_PROCESSOR = '0';
const LOAD_PROCESSORS = availableParallelism() > 1 ? `1-${availableParallelism() - 1}` : '0';

/** What stands before a server's own command line. */
export const PINNED = ['taskset', '-c', SERVER_PROCESSOR] as const;

/** Keeps this process, with all of its threads, off the servers' processor. */
export function pinLoad(): void {
  execFileSync('taskset', ['-a', '-c', '-p', LOAD_PROCESSORS, String(process.pid)], { stdio: 'ignore' });
}
