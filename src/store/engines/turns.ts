import { Unavailable } from '../../domain/refusals';

export interface Queue {
  /** Most that may wait. */
  readonly most: number;
  /** How long one may wait in which none of the same asker has a turn, in milliseconds. */
  readonly patience: number;
}

export const USUAL_QUEUE: Queue = { most: 1_000, patience: 5_000 };

/** How many run and how many wait. */
export interface TurnsLoad {
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
  impatience: NodeJS.Timeout | null = null;
}

/**
 * Limits how many pieces of work run at a time, in all and for one caller. The next turn goes to what many have asked for together,
 * and otherwise to the caller with the fewest running: a caller with a hundred pieces delays no other. The work of one caller runs in
 * order. A call that would wait too long is refused at once or soon (`Unavailable`): a queue that only grows serves nobody in time.
 */
export class Turns {
  private running = 0;
  private waiting = 0;
  /** Callers with running or waiting work; those with the most recent turn come last. */
  private readonly askers = new Map<string | null, Asker>();
  private readonly untilIdle: (() => void)[] = [];

  constructor(
    private readonly atATime: number,
    private readonly queue: Queue,
    private readonly ofOneAsker = Infinity,
  ) {}

  /**
   * @param work may end its turn while it goes on with what is in nobody's way.
   * @param askedBy null for what many have asked for together, or what the service does by itself.
   */
  async run<T>(work: (endTurn: () => void) => Promise<T>, askedBy: string | null = null): Promise<T> {
    const asker = this.askers.get(askedBy) ?? new Asker();
    this.askers.set(askedBy, asker);
    if (this.running >= this.atATime || asker.running >= this.ofOneAsker) await this.myTurn(askedBy, asker);
    else this.begin(askedBy, asker);
    let hasTurn = true;
    const endTurn = () => {
      if (hasTurn) this.end(askedBy, asker);
      hasTurn = false;
    };
    try {
      return await work(endTurn);
    } finally {
      endTurn();
    }
  }

  load(): TurnsLoad {
    return { running: this.running, waiting: this.waiting };
  }

  /** Resolves when nothing runs or waits any more. */
  async idle(): Promise<void> {
    if (this.running > 0) await new Promise<void>((resolve) => this.untilIdle.push(resolve));
  }

  private begin(askedBy: string | null, asker: Asker): void {
    this.running += 1;
    asker.running += 1;
    this.hadTurn(askedBy, asker);
  }

  private end(askedBy: string | null, asker: Asker): void {
    this.running -= 1;
    asker.running -= 1;
    this.hadTurn(askedBy, asker);
    this.forgetIfDone(askedBy, asker);
    if (this.waiting > 0) this.pass();
    else if (this.running === 0) for (const resolve of this.untilIdle.splice(0)) resolve();
  }

  private myTurn(askedBy: string | null, asker: Asker): Promise<void> {
    const { most, patience } = this.queue;
    if (this.waiting >= most && !this.makeRoomFor(asker)) {
      this.forgetIfDone(askedBy, asker);
      throw new Unavailable(`${most} others wait for the database already.`);
    }
    return new Promise((begin, refuse) => {
      this.waiting += 1;
      asker.waiting.add({ begin, refuse });
      asker.impatience ??= setTimeout(() => this.refuseAll(askedBy, asker), patience);
    });
  }

  private pass(): void {
    const next = this.next();
    if (!next) return;
    const [askedBy, asker] = next;
    const [first] = asker.waiting;
    asker.waiting.delete(first!);
    this.waiting -= 1;
    if (asker.waiting.size > 0) asker.impatience?.refresh();
    else this.callOff(asker);
    this.begin(askedBy, asker);
    first!.begin();
  }

  /** The next caller. Null if all waiting callers have reached their maximum. */
  private next(): [string | null, Asker] | null {
    const together = this.askers.get(null);
    if (together && together.waiting.size > 0) return [null, together];
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
    const why = `The database had no time within ${this.queue.patience} milliseconds.`;
    this.waiting -= asker.waiting.size;
    for (const { refuse } of asker.waiting) refuse(new Unavailable(why));
    asker.waiting.clear();
    this.callOff(asker);
    this.forgetIfDone(askedBy, asker);
  }

  private callOff(asker: Asker): void {
    if (asker.impatience) clearTimeout(asker.impatience);
    asker.impatience = null;
  }

  private hadTurn(askedBy: string | null, asker: Asker): void {
    this.askers.delete(askedBy);
    this.askers.set(askedBy, asker);
  }

  private forgetIfDone(askedBy: string | null, { running, waiting }: Asker): void {
    if (running === 0 && waiting.size === 0) this.askers.delete(askedBy);
  }
}
