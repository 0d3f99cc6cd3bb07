/** What has arrived, to be taken in order; waiting is for the next arrival, never for time. */
export class Arrivals<T> {
  /** Everything that ever arrived. */
  readonly all: T[] = [];
  private readonly arrived: T[] = [];
  private readonly waiting: ((item: T) => void)[] = [];

  next(): Promise<T> {
    if (this.arrived.length > 0) return Promise.resolve(this.arrived.shift() as T);
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  /** The next `count` of them. */
  async several(count: number): Promise<T[]> {
    const items: T[] = [];
    for (let i = 0; i < count; i++) items.push(await this.next());
    return items;
  }

  /** Everything up to the first that `isLast` holds of, and that one. */
  async through(isLast: (item: T) => boolean): Promise<T[]> {
    const items: T[] = [];
    do items.push(await this.next());
    while (!isLast(items.at(-1) as T));
    return items;
  }

  protected take(item: T): void {
    this.all.push(item);
    const waiting = this.waiting.shift();
    if (waiting) waiting(item);
    else this.arrived.push(item);
  }
}
