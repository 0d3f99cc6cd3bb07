import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { PINNED } from './processors';

/** What node says of an inspector that comes and goes, beside what a server has to say. */
const OF_INSPECTOR = /^(Debugger attached|Waiting for the debugger to disconnect)/;

export interface ServerProcess {
  readonly pid: number;
  readonly port: number;
  /** Milliseconds from the start of `node` to the first answer. */
  readonly startedIn: number;
  stop(): Promise<void>;
}

/** Starts `node` with `args`, pinned, with PORT set to a free port, and waits until `path` answers over HTTP. */
export async function startServer(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  path: string,
): Promise<ServerProcess> {
  const port = await freePort();
  const began = performance.now();
  const [taskset, ...pinned] = PINNED;
  const child = spawn(taskset, [...pinned, process.execPath, ...args], {
    env: { PATH: process.env.PATH, NODE_ENV: 'production', HOST: '127.0.0.1', PORT: String(port), ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  createInterface(child.stderr).on('line', (line) => {
    if (!OF_INSPECTOR.test(line)) process.stderr.write(`${line}\n`);
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await firstAnswer(child, `http://127.0.0.1:${port}${path}`);
  return {
    // taskset becomes the command that it starts, so that its process is the server's.
    pid: child.pid!,
    port,
    startedIn: performance.now() - began,
    stop: async () => {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await ended;
      clearTimeout(timer);
    },
  };
}

async function firstAnswer(child: ChildProcess, url: string): Promise<void> {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`A server ended before it answered: ${child.spawnargs.join(' ')}`);
    const answer = await fetch(url).catch(() => null);
    await answer?.arrayBuffer();
    if (answer && answer.status < 500) return;
    await delay(2);
  }
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
