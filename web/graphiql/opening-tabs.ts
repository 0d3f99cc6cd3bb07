import type { TabStorage } from '../session/tab-storage';
import { headersWithToken, tokenInHeaders } from './request-headers';
import type { Tab } from './tab';

/** Where GraphiQL keeps its tabs. */
const STORED_TABS = 'graphiql:tabState';

interface TabState {
  readonly tabs: readonly Tab[];
  readonly activeTabIndex: number;
}

export interface OpeningTabs {
  readonly storage: TabStorage;
  readonly tabs: readonly [Tab, ...Tab[]];
  readonly active: Tab;
}

const WELCOME: Tab = {
  query: `# Queries and mutations go over HTTP,
# subscriptions over the WebSocket.
# Both send the Authorization header
# of the headers editor below.
query Hello {
  __typename
}
`,
};

/** The token that the tabs of before a reload send, as far as they send one. */
export function presentToken(storage: TabStorage): string | undefined {
  const { tabs = [], activeTabIndex = 0 } = storedTabs(storage) ?? {};
  return [...tabs.slice(activeTabIndex), ...tabs]
    .map(({ headers }) => tokenInHeaders(headers))
    .find((token) => token !== undefined);
}

/**
 * The tabs to open with: the ones of before a reload, else the page's own. The token of a signed-in link goes into the headers
 * of all of them, over whatever was stored: after opening a link nobody may still be asking as somebody else in another tab.
 */
export function openingTabs(storage: TabStorage, own: readonly Tab[], token: string | undefined): OpeningTabs {
  const signedIn = (tab: Tab): Tab => (token ? { ...tab, headers: headersWithToken(tab.headers, token) } : tab);
  const [first = WELCOME, ...others] = own;
  const tabs = [signedIn(first), ...others.map(signedIn)] as const;

  const stored = storedTabs(storage);
  if (!stored) return { storage, tabs, active: tabs[0] };

  const state = { ...stored, tabs: stored.tabs.map(signedIn) };
  storage.setItem(STORED_TABS, JSON.stringify(state));
  return { storage, tabs, active: state.tabs[state.activeTabIndex] ?? tabs[0] };
}

function storedTabs(storage: TabStorage): TabState | undefined {
  try {
    const state = JSON.parse(storage.getItem(STORED_TABS) ?? 'null') as TabState | null;
    return state?.tabs.length ? state : undefined;
  } catch {
    // What another version of GraphiQL has left there is not worth a blank page.
    return undefined;
  }
}
