import type { Random } from '../basics/random';
import type { Findings } from './findings';
import { comesTrue, passes } from '../basics/passing-time';
import type { Callers } from './people';
import type { ServerSet } from './server-set';

/** What a fault is given. */
export interface FaultDependencies {
  readonly servers: ServerSet;
  readonly random: Random;
  readonly findings: Findings;
  readonly callers: Callers;
  readonly turmoil: Turmoil;
}

/** The faults that are being made. */
export class Turmoil {
  private running = 0;
  private begun = 0;
  /** Whether no other fault may begin. */
  private isQuiet = false;

  async during(fault: () => Promise<void>): Promise<void> {
    await comesTrue(() => !this.isQuiet, Infinity);
    this.running += 1;
    this.begun += 1;
    await fault();
    this.running -= 1;
  }

  /** Runs `work`, of a fault, once that is the only one; no other begins before it has ended. */
  async alone(work: () => Promise<void>): Promise<void> {
    this.isQuiet = true;
    try {
      await comesTrue(() => this.running === 1, Infinity);
      await work();
    } finally {
      this.isQuiet = false;
    }
  }

  /** Returns what tells later whether the fault that asks has been the only one ever since. */
  isAlone(): () => boolean {
    const { running, begun } = this;
    return () => running === 1 && this.begun === begun;
  }
}

/** Makes the fault, and resolves when it is over: what was ended or held up is there again. */
export type Fault = (dependencies: FaultDependencies) => Promise<void>;

export type Faults = Readonly<Record<string, Fault>>;

/** A while of at least and at most so many milliseconds. */
export function between(random: Random, least: number, most: number): number {
  return least + random() * (most - least);
}

/** Makes one fault after the other; each comes once before any comes again. */
export async function makeFaults(
  faults: Faults,
  dependencies: FaultDependencies,
  { isOver, onFault }: { readonly isOver: () => boolean; readonly onFault: (name: string) => void },
): Promise<void> {
  const { random, findings, turmoil } = dependencies;
  for (let deck: string[] = []; ;) {
    await passes(between(random, 200, 2_500));
    if (isOver()) return;
    if (deck.length === 0) deck = Object.keys(faults);
    const [name = ''] = deck.splice(Math.floor(random() * deck.length), 1);
    onFault(name);
    findings.count('faults', name);
    await turmoil.during(async () => faults[name]?.(dependencies));
  }
}
