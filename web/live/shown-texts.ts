import { mapExchange } from '@urql/core';
import { shownText } from '../../src/domain/shown-text';

/** The fields of the API that hold what a person, or a host application, wrote. A usage entry's key may be the name of a feature. */
const WRITTEN: ReadonlySet<string> = new Set(['name', 'email', 'reason', 'key']);

/**
 * An answer of the service, as it is shown: here and nowhere else, so that no dialog, list or label can forget that a name may turn
 * round the words beside it. The texts still name the same people; none of them is sent back.
 */
export function withShownTexts<Data>(data: Data): Data {
  return shown(data) as Data;
}

export const shownTextsExchange = mapExchange({
  onResult: (result) => ({ ...result, data: shown(result.data) }),
});

function shown(value: unknown, field = ''): unknown {
  if (typeof value === 'string') return WRITTEN.has(field) ? shownText(value) : value;
  if (Array.isArray(value)) return value.map((item) => shown(item, field));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, shown(inner, name)]));
}
