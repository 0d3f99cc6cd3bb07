import { Unavailable } from '../../domain/refusals';

export interface QueueLimits {
  /** Most that may wait. */
  readonly most: number;
  /** How long one may wait while none of the same caller begins, in milliseconds. */
  readonly timeout: number;
}

export const USUAL_QUEUE: QueueLimits = { most: 1_000, timeout: 5_000 };

/** How many run and how many wait. */
export interface QueueLoad {
  readonly running: number;
  readonly waiting: number;
}

interface Waiting {
  readonly begin: () => void;
  readonly refuse: (why: Unavailable) => void;
}

/** A waiting call. */
class Asker {
  running = 0;
  readonly waiting = new Set<Waiting>();
  timer: NodeJS.Timeout | null = null;
}

/**
 * Limits how many pieces of work run at a time, in all and for one caller. The next slot goes to what many have asked for at once,
 * and otherwise to the caller with the fewest running: a caller with a hundred pieces delays no other. The work of one caller runs in
 * order. A call that would wait too long is refused at once or soon (`Unavailable`): a queue that only grows serves nobody in time.
 */
export class BoundedQueue {
  private running = 0;
  private waiting = 0;
  /** Callers with running or waiting work; those that began or ended most recently come last. */
  private readonly askers = new Map<string | null, Asker>();
  private readonly untilIdle: (() => void)[] = [];

  constructor(
    private readonly atATime: number,
    private readonly queue: QueueLimits,
    private readonly ofOneAsker = Infinity,
  ) {}

  /**
   * @param work may release its slot while it goes on with what is in nobody's way.
   * @param askedBy null for what many have asked for at once, or what the service does by itself.
   */
  async run<T>(work: (release: () => void) => Promise<T>, askedBy: string | null = null): Promise<T> {
    const asker = this.askers.get(askedBy) ?? new Asker();
    this.askers.set(askedBy, asker);
    if (this.running >= this.atATime || asker.running >= this.ofOneAsker) await this.waitForSlot(askedBy, asker);
    else this.begin(askedBy, asker);
    let isHeld = true;
    const release = () => {
      if (isHeld) this.end(askedBy, asker);
      isHeld = false;
    };
    try {
      return await work(release);
    } finally {
      release();
    }
  }

  load(): QueueLoad {
    return { running: this.running, waiting: this.waiting };
  }

  /** Resolves when nothing runs or waits any more. */
  async idle(): Promise<void> {
    if (this.running > 0) await new Promise<void>((resolve) => this.untilIdle.push(resolve));
  }

  private begin(askedBy: string | null, asker: Asker): void {
    this.running += 1;
    asker.running += 1;
    this.moveToBack(askedBy, asker);
  }

  private end(askedBy: string | null, asker: Asker): void {
    this.running -= 1;
    asker.running -= 1;
    this.moveToBack(askedBy, asker);
    this.forgetIfDone(askedBy, asker);
    if (this.waiting > 0) this.pass();
    else if (this.running === 0) for (const resolve of this.untilIdle.splice(0)) resolve();
  }

  private waitForSlot(askedBy: string | null, asker: Asker): Promise<void> {
    const { most, timeout } = this.queue;
    if (this.waiting >= most && !this.makeRoomFor(asker)) {
      this.forgetIfDone(askedBy, asker);
      throw new Unavailable(`${most} others wait for the database already.`);
    }
    return new Promise((begin, refuse) => {
      this.waiting += 1;
      asker.waiting.add({ begin, refuse });
      asker.timer ??= setTimeout(() => this.refuseAll(askedBy, asker), timeout);
    });
  }

  private pass(): void {
    const next = this.next();
    if (!next) return;
    const [askedBy, asker] = next;
    const [first] = asker.waiting;
    asker.waiting.delete(first!);
    this.waiting -= 1;
    if (asker.waiting.size > 0) asker.timer?.refresh();
    else this.callOff(asker);
    this.begin(askedBy, asker);
    first!.begin();
  }

  /** The next caller. Null if all waiting callers have reached their maximum. */
  private next(): [string | null, Asker] | null {
    const shared = this.askers.get(null);
    if (shared && shared.waiting.size > 0) return [null, shared];
    let least: [string | null, Asker] | null = null;
    for (const other of this.askers) {
      const { waiting, running } = other[1];
      if (waiting.size > 0 && running < (least?.[1].running ?? this.ofOneAsker)) least = other;
    }
    return least;
  }

  /** Refuses the last call of the caller with the most waiting calls. False if no caller has more than this one. */
  private makeRoomFor(asker: Asker): boolean {
    let most = asker;
    for (const [askedBy, other] of this.askers)
      if (askedBy !== null && other.waiting.size > most.waiting.size) most = other;
    if (most === asker) return false;
    const last = [...most.waiting].at(-1)!;
    most.waiting.delete(last);
    this.waiting -= 1;
    last.refuse(new Unavailable('Other callers with fewer waiting calls have precedence for the database.'));
    return true;
  }

  private refuseAll(askedBy: string | null, asker: Asker): void {
    const why = `The database had no time within ${this.queue.timeout} milliseconds.`;
    this.waiting -= asker.waiting.size;
    for (const { refuse } of asker.waiting) refuse(new Unavailable(why));
    asker.waiting.clear();
    this.callOff(asker);
    this.forgetIfDone(askedBy, asker);
  }

  private callOff(asker: Asker): void {
    if (asker.timer) clearTimeout(asker.timer);
    asker.timer = null;
  }

  private moveToBack(askedBy: string | null, asker: Asker): void {
    this.askers.delete(askedBy);
    this.askers.set(askedBy, asker);
  }

  private forgetIfDone(askedBy: string | null, { running, waiting }: Asker): void {
    if (running === 0 && waiting.size === 0) this.askers.delete(askedBy);
  }
}
