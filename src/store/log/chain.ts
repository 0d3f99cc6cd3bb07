import { createHash } from 'node:crypto';

/** The hash before an organization's first entry. */
export const FIRST_HASH = '0'.repeat(64);

/** What a log entry's hash covers. `details` is the text as it is stored, so that no re-serialisation can change it. */
export interface HashedContent {
  readonly organizationId: string;
  readonly sequence: number;
  readonly version: number | null;
  readonly kind: string;
  readonly subjectId: string | null;
  readonly actorId: string | null;
  readonly details: string;
  readonly occurredAt: number;
}

/**
 * SHA-256, in hex, over the entry's content and the hash before it (E3). The content is a JSON array: each value's end is
 * unmistakable, so that no two contents have the same text.
 */
export function hashOfEntry(content: HashedContent, previousHash: string): string {
  const { organizationId, sequence, version, kind, subjectId, actorId, details, occurredAt } = content;
  const text = [previousHash, organizationId, sequence, version, kind, subjectId, actorId, details, occurredAt];
  return createHash('sha256').update(JSON.stringify(text)).digest('hex');
}
