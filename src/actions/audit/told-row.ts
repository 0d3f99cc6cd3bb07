import type { Value } from '../../store/database';
import type { StoredRow } from '../../store/audited-tables';

/**
 * What the log says of a column: its value, one of several, a number that it is not below, or whether there is a value at all.
 * The last is also for values that are told to nobody, because they are people's.
 */
export type Told =
  Value | { readonly oneOf: readonly Value[] } | { readonly atLeast: number } | { readonly isSet: boolean };

/** What the log says of a row; it says nothing of columns that are not named. */
export type ToldRow = Readonly<Record<string, Told>>;

/** A place where the tables are not what the log and the ledger say. */
export interface Difference {
  readonly organizationId: string;
  readonly table: string;
  readonly row: string;
  /** Null if the row as a whole is there or not. */
  readonly column: string | null;
  readonly logSays: string;
  readonly tableSays: string;
}

/** Where columns of a row are others than what the log says. */
export function differencesOfRow(
  place: Pick<Difference, 'organizationId' | 'table' | 'row'>,
  told: ToldRow | null,
  stored: StoredRow | null,
): Difference[] {
  if (!told || !stored) {
    if (told === stored) return [];
    const said = (row: unknown) => (row ? 'a row' : 'no row');
    return [{ ...place, column: null, logSays: said(told), tableSays: said(stored) }];
  }
  return Object.entries(told).flatMap(([column, says]) => {
    const value = stored[column] ?? null;
    if (agrees(says, value)) return [];
    return [{ ...place, column, logSays: textOf(says), tableSays: storedText(says, value) }];
  });
}

function agrees(told: Told, value: Value): boolean {
  if (told === null || typeof told !== 'object') return told === value;
  if ('oneOf' in told) return told.oneOf.includes(value);
  if ('atLeast' in told) return typeof value === 'number' && value >= told.atLeast;
  return told.isSet === (value !== null);
}

function textOf(told: Told): string {
  if (told === null || typeof told !== 'object') return JSON.stringify(told);
  if ('oneOf' in told) return told.oneOf.map((value) => JSON.stringify(value)).join(' or ');
  if ('atLeast' in told) return `${told.atLeast} or more`;
  return told.isSet ? 'a value' : 'no value';
}

function storedText(told: Told, value: Value): string {
  const isKept = told !== null && typeof told === 'object' && 'isSet' in told;
  return isKept ? textOf({ isSet: value !== null }) : JSON.stringify(value);
}
