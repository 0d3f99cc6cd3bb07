import type { ExecutionResult } from 'graphql';

/** The access table's words for errors by their code. */
const WORDS: Record<string, string> = { FORBIDDEN: 'forb', UNAUTHENTICATED: 'auth', CONTROL_UNAVAILABLE: 'ctrl' };

/**
 * What became of the field at `keys`, in a word of the access table. An error must be the only one, be at the field or above it, and
 * leave null there and the rest whole (A5); anything else is told in full, so that no table can hold it.
 */
export function outcomeOf(answer: ExecutionResult & { status?: number }, keys: readonly string[]): string {
  const { status, data, errors } = answer;
  if (status === 401 && data === undefined && errors?.[0]?.extensions?.code === 'UNAUTHENTICATED') return '401';
  if (status !== undefined && status !== 200) return `status ${status}: ${JSON.stringify(answer)}`;

  const [error, ...more] = errors ?? [];
  if (error) {
    const path = error.path ?? [];
    const refused = path.filter((step) => typeof step === 'string');
    const isOnTheWay = refused.length > 0 && refused.every((key, depth) => key === keys[depth]);
    const parent = valueAt(data, path.slice(0, -1));
    const isWhole = data === null || (isRecord(parent) && parent[path.at(-1) ?? ''] === null && hasRest(parent, path));
    if (more.length > 0 || !isOnTheWay || !isWhole) return JSON.stringify(answer);
    return WORDS[String(error.extensions?.code)] ?? JSON.stringify(answer);
  }

  let value: unknown = data;
  for (const key of keys) {
    if (Array.isArray(value)) value = value[0] as unknown;
    if (value === null) return 'null';
    if (value === undefined) return 'none';
    value = (value as Record<string, unknown>)[key];
    if (value === undefined) return JSON.stringify(answer);
  }
  if (value === null) return 'null';
  return Array.isArray(value) && value.length === 0 ? 'none' : 'ok';
}

/** Below the root each object of a probe has something harmless beside the field. */
function hasRest(parent: Record<string | number, unknown>, path: readonly unknown[]): boolean {
  return path.length === 1 || typeof parent.rest === 'string';
}

function valueAt(data: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((value, key) => (isRecord(value) ? value[key] : undefined), data);
}

function isRecord(value: unknown): value is Record<string | number, unknown> {
  return typeof value === 'object' && value !== null;
}
