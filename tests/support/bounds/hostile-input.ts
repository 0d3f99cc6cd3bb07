import type { Attack } from './attack';

/** One thing that no well-behaved client sends. */
export interface HostileInput {
  readonly name: string;
  /** It mostly waits. Other inputs are sent at the same time. */
  readonly waits?: boolean;
  readonly send: (attack: Attack) => Promise<void>;
}
