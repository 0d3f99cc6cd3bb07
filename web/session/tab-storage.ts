/** The browser's storage, as far as it is used. */
export interface TabStorage {
  readonly length: number;
  readonly getItem: (key: string) => string | null;
  readonly setItem: (key: string, value: string) => void;
  readonly removeItem: (key: string) => void;
  readonly clear: () => void;
  /** Whether all of it is still there after a reload. */
  readonly isLasting: () => boolean;
}

type BrowserStorage = Omit<TabStorage, 'isLasting'>;

/**
 * What the browser's storage of this tab holds, and in memory what the browser does not keep: where people block site data, reading
 * the property throws or gives null, and a full storage refuses to write. Nothing here throws.
 */
export function tabStorage(open: () => BrowserStorage | null): TabStorage {
  const kept = attempt(open) ?? null;
  const held = new Map<string, string>();

  const removeItem = (key: string) => {
    held.delete(key);
    attempt(() => kept?.removeItem(key));
  };
  return {
    get length() {
      return held.size + (attempt(() => kept?.length) ?? 0);
    },
    getItem: (key) => held.get(key) ?? attempt(() => kept?.getItem(key)) ?? null,
    setItem: (key, value) => {
      // An older value must not come back after a reload.
      removeItem(key);
      attempt(() => kept?.setItem(key, value));
      if (attempt(() => kept?.getItem(key)) !== value) held.set(key, value);
    },
    removeItem,
    clear: () => {
      held.clear();
      attempt(() => kept?.clear());
    },
    isLasting: () => kept !== null && held.size === 0,
  };
}

function attempt<Value>(act: () => Value): Value | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}
