import { isIdentifier } from '../domain/identifiers';
import type { Head } from '../domain/log/head';

/** A notification of ours has less: an id of 255 characters, which JSON may write as twice as many, and three numbers. */
const MOST_CHARACTERS = 1_000;

/** The head as it is sent to other instances. That an organization was removed is an entry like others, and found by looking. */
export function writeNotification({ organizationId, sequence, version, ledgerSequence }: Head): string {
  return JSON.stringify({ organizationId, sequence, version, ledgerSequence });
}

/** The head that a message tells of; null where it is none of ours. Whoever reaches Redis can send anything. */
export function readNotification(message: string): Head | null {
  if (message.length > MOST_CHARACTERS) return null;
  let said: Partial<Record<keyof Head, unknown>> | null;
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
