import { tabStorage } from '../../web/session/tab-storage';

/** A browser's storage of a tab. */
function storageOf(items: Record<string, string>) {
  const kept = new Map(Object.entries(items));
  return {
    kept,
    get length() {
      return kept.size;
    },
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
    clear: () => kept.clear(),
  };
}

const refuse = () => {
  throw new DOMException('The operation is insecure.', 'SecurityError');
};

test('what a tab keeps is in the browser’s storage, where there is one', () => {
  const browser = storageOf({ before: '1' });
  const storage = tabStorage(() => browser);
  storage.setItem('now', '2');
  storage.removeItem('before');
  expect(Object.fromEntries(browser.kept)).toEqual({ now: '2' });
  expect([storage.getItem('now'), storage.getItem('before'), storage.length]).toEqual(['2', null, 1]);
  expect(storage.isLasting()).toBe(true);
});

test.each<[string, () => ReturnType<typeof storageOf> | null]>([
  ['cannot be opened', refuse],
  ['is none', () => null],
  [
    'refuses everything',
    () => ({
      ...storageOf({}),
      get length() {
        return refuse();
      },
      getItem: refuse,
      setItem: refuse,
      removeItem: refuse,
      clear: refuse,
    }),
  ],
  ['takes nothing and says nothing', () => ({ ...storageOf({}), setItem: () => undefined })],
])('a browser’s storage that %s is replaced by memory', (_, open) => {
  const storage = tabStorage(open);
  expect(storage.getItem('token')).toBeNull();
  storage.setItem('token', 'a');
  storage.setItem('tabs', 'b');
  expect([storage.getItem('token'), storage.getItem('tabs'), storage.length]).toEqual(['a', 'b', 2]);
  expect(storage.isLasting()).toBe(false);
  storage.removeItem('token');
  expect(storage.getItem('token')).toBeNull();
  storage.clear();
  expect([storage.getItem('tabs'), storage.length]).toEqual([null, 0]);
});

test('what a full storage does not take is held, and an older value does not come back after a reload', () => {
  const browser = storageOf({ token: 'of one person' });
  const setItem = browser.setItem;
  browser.setItem = () => {
    throw new DOMException('Full.', 'QuotaExceededError');
  };
  const storage = tabStorage(() => browser);
  storage.setItem('token', 'of another');
  expect(storage.getItem('token')).toBe('of another');
  expect(storage.isLasting()).toBe(false);
  expect(tabStorage(() => browser).getItem('token')).toBeNull();
  browser.setItem = setItem;
  storage.setItem('token', 'of a third');
  expect(storage.isLasting()).toBe(true);
  expect(tabStorage(() => browser).getItem('token')).toBe('of a third');
});
