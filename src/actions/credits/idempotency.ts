import { createHash } from 'node:crypto';
import { Refusal } from '../../domain/refusals';

/** What makes a call happen once: hashes of its key and of the values that came with it (B8). */
export interface Once {
  readonly keyHash: string;
  readonly valuesHash: string;
}

export function once(key: string, values: readonly (string | number | null)[]): Once {
  return { keyHash: sha256(key), valuesHash: sha256(JSON.stringify(values)) };
}

/** Whether the call was made before, going by the values that are known by the hash of its key; other values are refused. */
export function wasMade({ keyHash, valuesHash }: Once, known: ReadonlyMap<string, string>): boolean {
  const before = known.get(keyHash);
  if (before !== undefined && before !== valuesHash)
    throw new Refusal('IDEMPOTENCY_KEY_REUSED', ['input', 'idempotencyKey']);
  return before !== undefined;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
