import type { LogEntry } from '../../store/log/log-entries';
import { Crowd, type CrowdGround } from './crowd';

/** The crowd of each organization whose roster is being watched on this instance. */
export class Crowds {
  private readonly crowds = new Map<string, Crowd>();

  /** Most entries that a crowd is yet to be told of. */
  lag(): number {
    return [...this.crowds.values()].reduce((most, crowd) => Math.max(most, crowd.lag()), 0);
  }

  /** The organization's crowd; where there is none, a new one that stands at `position`, for whoever asks to join at once. */
  of(ground: CrowdGround, organizationId: string, position: number, toEvent: (entry: LogEntry) => unknown): Crowd {
    const held = this.crowds.get(organizationId);
    if (held) return held;
    const crowd = new Crowd(ground, organizationId, position, toEvent, () => this.crowds.delete(organizationId));
    this.crowds.set(organizationId, crowd);
    return crowd;
  }
}
