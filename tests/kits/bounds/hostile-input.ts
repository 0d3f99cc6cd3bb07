import type { Attack } from './attack';

/** One thing that no well-behaved client sends. */
export interface HostileInput {
  readonly name: string;
  /** It mostly waits. Other inputs are sent at the same time. */
  readonly waits?: boolean;
  /** It looks at what the service holds because of it: no other input is sent at the same time. */
  readonly holds?: boolean;
  /** It takes minutes, or is close to another: only a long run sends it. */
  readonly isLong?: boolean;
  readonly send: (attack: Attack) => Promise<void>;
}
