import { type ChildProcess, spawn } from 'node:child_process';
import { join, resolve } from 'node:path';

const COMPILER = join(__dirname, '../jest/compile-on-require.cjs');

/** A script of the tests that runs in a process of its own, as another instance of the service would. */
export class OwnProcess {
  private readonly child: ChildProcess;
  private output = '';
  private readonly waiting: { text: string; resolve: () => void }[] = [];
  /** The exit code, and everything that was printed. */
  readonly ended: Promise<{ code: number | null; output: string }>;

  constructor(script: string, ...args: string[]) {
    this.child = spawn(process.execPath, ['-r', COMPILER, script, ...args], { cwd: resolve(__dirname, '../../..') });
    const take = (chunk: Buffer) => {
      this.output += chunk.toString();
      for (const { text, resolve } of this.waiting) if (this.output.includes(text)) resolve();
    };
    this.child.stdout?.on('data', take);
    this.child.stderr?.on('data', take);
    this.ended = new Promise((resolve) => this.child.on('close', (code) => resolve({ code, output: this.output })));
  }

  /** Resolves once the process has printed the text; rejects when it ends without. */
  async prints(text: string): Promise<void> {
    const printed = new Promise<void>((resolve) => this.waiting.push({ text, resolve }));
    const ended = this.ended.then(({ output }) => {
      if (!output.includes(text)) throw new Error(`The process ended and has not printed "${text}", but: ${output}`);
    });
    await Promise.race([this.output.includes(text) ? undefined : printed, ended]);
  }

  /** Ends it as a power cut would. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
  }
}
