import { type LogPosition, isNewer } from '../../domain/log/log-position';

const nobody = () => undefined;

/** The newest head that a subscriber has heard of, and a way to wait for the next. */
export class LogSignal {
  head: LogPosition | null = null;
  stopped = false;
  private gone = false;
  private wake: () => void = nobody;

  /** Whether the organization is no more. */
  get isGone(): boolean {
    return this.gone;
  }

  /** Null once the organization is no more. */
  hear(head: LogPosition | null): void {
    if (head === null) this.gone = true;
    else if (!this.head || isNewer(head, this.head)) this.head = head;
    this.wake();
  }

  /** Resolves once `isNews` holds of the newest head, the organization is gone, or nobody listens any more. */
  async until(isNews: (head: LogPosition) => boolean): Promise<void> {
    while (!this.gone && !this.stopped && !(this.head && isNews(this.head))) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
      this.wake = nobody;
    }
  }

  stop(): void {
    this.stopped = true;
    this.wake();
  }
}
