import { type FocusEvent, useState } from 'react';

/** The newest value, or while it is held, the one that was shown when that began. */
export function useHeld<Value extends string | number | boolean | object | null>(value: Value, isHeld: boolean): Value {
  const [shown, setShown] = useState(value);
  if (!isHeld && !Object.is(shown, value)) setShown(value);
  return isHeld ? shown : value;
}

/** A row of a list, as it is now if it is still there. */
export interface HeldRow<Row> {
  readonly row: Row;
  /** It leaves its place empty, so that the rows below stay where they are. */
  readonly isGone: boolean;
}

/** `grows`: only what stands below the list may move. */
export type Hold = 'free' | 'grows' | 'held';

/**
 * The rows, or while they are held, those that were listed when that began: what is gone keeps its place, and what is new comes last, or
 * where the list may not grow either, waits.
 */
export function useHeldRows<Row>(
  rows: readonly Row[],
  keyOf: (row: Row) => string,
  hold: Hold,
): readonly HeldRow<Row>[] {
  const [listed, setListed] = useState(rows);
  const places = new Set(listed.map(keyOf));
  const added = hold === 'grows' ? rows.filter((row) => !places.has(keyOf(row))) : [];
  const next = hold === 'free' ? rows : [...listed, ...added];
  const isListed = listed.length === next.length && listed.every((row, index) => row === next[index]);
  if (!isListed) setListed(next);
  const current = new Map(rows.map((row) => [keyOf(row), row]));
  return next.map((row) => {
    const now = current.get(keyOf(row));
    return { row: now ?? row, isGone: now === undefined };
  });
}

/** Whether the pointer or the focus is in an element, and what the element has to tell for that. */
export function usePresence() {
  const [isPointed, setIsPointed] = useState(false);
  const [isFocused, setIsFocused] = useState(false);
  const handlers = {
    onPointerEnter: () => setIsPointed(true),
    onPointerLeave: () => setIsPointed(false),
    onFocus: () => setIsFocused(true),
    onBlur: ({ currentTarget, relatedTarget }: FocusEvent) => setIsFocused(currentTarget.contains(relatedTarget)),
  };
  return [isPointed || isFocused, handlers] as const;
}
