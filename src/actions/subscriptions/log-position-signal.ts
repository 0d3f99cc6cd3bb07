import { type LogPosition, isNewer } from '../../domain/log/log-position';

/** The newest position that a listener has heard of, and a way to wait for the next. */
export class LogPositionSignal {
  position: LogPosition | null = null;
  stopped = false;
  isRemoved = false;
  private wake: () => void = () => undefined;

  /** Null when the organization has been removed. */
  hear(position: LogPosition | null): void {
    if (position === null) this.isRemoved = true;
    else if (!this.position || isNewer(position, this.position)) this.position = position;
    this.wake();
  }

  /** Resolves when there is news, the organization has been removed, or the listener has stopped. */
  async until(isNews: () => boolean): Promise<void> {
    while (!this.isRemoved && !this.stopped && !isNews()) {
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }

  stop(): void {
    this.stopped = true;
    this.wake();
  }
}
