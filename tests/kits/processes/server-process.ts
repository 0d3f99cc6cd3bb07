import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { passes } from '../basics/passing-time';

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

export interface Command {
  readonly name: string;
  readonly line: readonly [program: string, ...args: string[]];
  readonly environment?: NodeJS.ProcessEnv;
  /** Where it runs; else here. */
  readonly folder?: string;
  /** What it prints once it is ready. */
  readonly ready: RegExp;
  /** What it prints where it can't start for the moment, so that its supervisor starts it again. */
  readonly notNow?: RegExp;
  /** Whether it is a Node process that answers messages of this one. */
  readonly answersMessages?: boolean;
  /** What may tell why it does not start, in words. */
  readonly circumstances?: () => Promise<string>;
}

/** So much of what a server has printed last is kept, in characters: a long run prints without end. */
const KEPT = 200_000;

/** How long a server may take to start, and how often one is started again that can't start for the moment. */
const TIMEOUT = 60_000;
const MOST_STARTS = 20;

/** How long an instance may take to stop (O4), and a second more for a busy machine, in milliseconds. */
const MOST_TO_STOP = 11_000;

/** A server of the fault suite's own, that is killed, held up and started again on the same port. */
export class ServerProcess {
  private child: ChildProcess | null = null;
  /** Those that were asked to end. */
  private readonly meant = new WeakSet<ChildProcess>();
  private output = '';
  /** What it had printed last when it ended while nobody had asked for that. */
  readonly endedByItself: string[] = [];
  /** Resolves when that happens for the first time. */
  readonly hasEnded: Promise<void>;
  private tellEnded: () => void = () => undefined;

  constructor(private readonly command: Command) {
    this.hasEnded = new Promise((resolve) => (this.tellEnded = resolve));
  }

  get name(): string {
    return this.command.name;
  }

  get processId(): number {
    if (this.child?.pid === undefined) throw new Error(`${this.name} does not run.`);
    return this.child.pid;
  }

  /** Resolves once it has printed that it is ready. */
  async start(): Promise<void> {
    for (let starts = 1; ; starts++) {
      const printed = await this.tryToStart();
      if (printed === null) return;
      if (starts === MOST_STARTS || !this.command.notNow?.test(printed))
        throw new Error(`${this.name} does not start: ${printed.slice(-4_000)}`);
      await passes(200);
    }
  }

  /** Its exit code. Null if it was killed. */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    const { child } = this;
    if (!child || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
    this.meant.add(child);
    const exited = once(child, 'close');
    child.kill(signal);
    await exited;
    return child.exitCode;
  }

  /** Stops it as an operator does, and starts it again. What is wrong with that, in words, or null (O4). */
  async restarts(): Promise<string | null> {
    const began = performance.now();
    const code = await this.end('SIGTERM');
    const took = performance.now() - began;
    await this.start();
    return code === 0 && took < MOST_TO_STOP ? null : `${this.name} stopped with ${code} after ${Math.round(took)} ms.`;
  }

  /** It does nothing for so long, and nobody is told. */
  async hangs(milliseconds: number): Promise<void> {
    this.signal('SIGSTOP');
    await passes(milliseconds);
    this.signal('SIGCONT');
  }

  /** Sends a message, and returns the next one that comes back. */
  async ask(message: string): Promise<unknown> {
    const { child } = this;
    if (!child?.connected) throw new Error(`${this.name} cannot be asked.`);
    const over = new AbortController();
    const hasEnded = () => over.abort(new Error(`${this.name} ended while it was asked.`));
    child.once('close', hasEnded);
    try {
      const answer = once(child, 'message', { signal: over.signal }) as Promise<[unknown]>;
      child.send(message);
      return (await answer)[0];
    } finally {
      child.off('close', hasEnded);
    }
  }

  signal(signal: NodeJS.Signals): void {
    this.child?.kill(signal);
  }

  /** The lines with this text, of those that it has printed last. */
  linesWith(text: string): string[] {
    return this.output.split('\n').filter((line) => line.includes(text));
  }

  /** Null once it is ready; what it has printed where it has ended before. */
  private async tryToStart(): Promise<string | null> {
    const { line, environment, folder, ready, answersMessages } = this.command;
    const [program, ...args] = line;
    const child = spawn(program, args, {
      env: { ...process.env, ...environment },
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe', ...(answersMessages ? ['ipc' as const] : [])],
    });
    this.child = child;
    let printed = '';
    let isReady = false;
    return new Promise((resolve, reject) => {
      const giveUp = async () => {
        const circumstances = (await this.command.circumstances?.().catch(String)) ?? '';
        reject(new Error(`${this.name} does not start: ${printed}\n${circumstances}`));
      };
      const bound = setTimeout(() => void giveUp(), TIMEOUT);
      const take = (chunk: Buffer) => {
        this.output = (this.output + chunk.toString()).slice(-KEPT);
        if (isReady) return;
        printed += chunk.toString();
        if (!ready.test(printed)) return;
        isReady = true;
        clearTimeout(bound);
        resolve(null);
      };
      child.stdout?.on('data', take);
      child.stderr?.on('data', take);
      child.on('error', reject);
      child.on('close', () => {
        if (isReady && !this.meant.has(child)) {
          this.endedByItself.push(this.output.slice(-2_000));
          this.tellEnded();
        }
        clearTimeout(bound);
        resolve(printed);
      });
    });
  }
}

export async function endAll(servers: readonly ServerProcess[]): Promise<void> {
  await Promise.all(servers.map((server) => server.end('SIGKILL')));
}
