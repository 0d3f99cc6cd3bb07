import { isIdentifier } from '../domain/identifiers';
import type { LogPosition } from '../domain/log/log-position';

/** A notification of ours has less: an id of 255 characters, which JSON may write as twice as many, and three numbers. */
const MOST_CHARACTERS = 1_000;

/** The log position as it is sent to other instances. That an organization was removed is an entry like others, and found by looking. */
export function writeNotification({ organizationId, sequence, version, ledgerSequence }: LogPosition): string {
  return JSON.stringify({ organizationId, sequence, version, ledgerSequence });
}

/** The log position in a message. Null if the message is not valid. Everyone who can reach Redis can send anything. */
export function readNotification(message: string): LogPosition | null {
  if (message.length > MOST_CHARACTERS) return null;
  let said: Partial<Record<keyof LogPosition, unknown>> | null;
  try {
    said = JSON.parse(message) as typeof said;
  } catch {
    return null;
  }
  const { organizationId, sequence, version, ledgerSequence } = said ?? {};
  if (typeof organizationId !== 'string' || !isIdentifier(organizationId)) return null;
  if (!isCount(sequence) || !isCount(version) || !isCount(ledgerSequence)) return null;
  return { organizationId, sequence, version, ledgerSequence };
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
