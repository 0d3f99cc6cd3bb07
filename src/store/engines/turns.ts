import { Unavailable } from '../../domain/refusals';

export interface Queue {
  /** Most that may wait. */
  readonly most: number;
  /** How long one may wait, in milliseconds. */
  readonly patience: number;
}

export const USUAL_QUEUE: Queue = { most: 1_000, patience: 5_000 };

/** How many run and how many wait. */
export interface TurnsLoad {
  readonly running: number;
  readonly waiting: number;
}

/**
 * Lets so many pieces of work run at a time, in the order in which they came. Whoever would wait for long is refused at once or
 * soon (`Unavailable`): a queue that only grows answers nobody in time.
 */
export class Turns {
  private running = 0;
  private readonly waiting = new Set<() => void>();

  constructor(
    private readonly atATime: number,
    private readonly queue: Queue,
  ) {}

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.running < this.atATime) this.running += 1;
    else await this.myTurn();
    try {
      return await work();
    } finally {
      this.pass();
    }
  }

  load(): TurnsLoad {
    return { running: this.running, waiting: this.waiting.size };
  }

  /** Resolves when nothing runs or waits any more. */
  async idle(): Promise<void> {
    while (this.running > 0)
      await new Promise<void>((resolve) =>
        this.waiting.add(() => {
          this.pass();
          resolve();
        }),
      );
  }

  private myTurn(): Promise<void> {
    const { most, patience } = this.queue;
    if (this.waiting.size >= most) throw new Unavailable(`${most} others wait for the database already.`);
    return new Promise((resolve, reject) => {
      const begin = () => {
        clearTimeout(impatience);
        resolve();
      };
      const impatience = setTimeout(() => {
        this.waiting.delete(begin);
        reject(new Unavailable(`The database had no time within ${patience} milliseconds.`));
      }, patience);
      this.waiting.add(begin);
    });
  }

  /** Hands the turn that has ended to whoever waits longest. */
  private pass(): void {
    const [next] = this.waiting;
    if (!next) {
      this.running -= 1;
      return;
    }
    this.waiting.delete(next);
    next();
  }
}
