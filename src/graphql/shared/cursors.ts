import { badInput } from '../errors/graphql-errors';

/** An opaque cursor that holds a position in a list. */
export function encodeCursor(position: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/** The position that `cursor` holds; `BAD_USER_INPUT` where `isPosition` does not know it for one of its own. */
export function decodeCursor<Position extends readonly (string | number)[]>(
  cursor: string,
  isPosition: (value: unknown) => value is Position,
): Position {
  try {
    const position: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (isPosition(position)) return position;
  } catch {
    // Not JSON: as foreign as any other.
  }
  throw badInput('after is no cursor of this list.');
}
