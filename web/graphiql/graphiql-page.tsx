import { GraphiQL } from 'graphiql';
import { createFetcher } from './create-fetcher';
import type { OpeningTabs } from './opening-tabs';

const fetcher = createFetcher(window.location);

/**
 * Everything is kept in the browser tab (sessionStorage), headers too: a reload keeps the identity, two browser tabs can be two
 * people who watch each other's changes, and no token stays on the disk once the tab is closed. Where the browser keeps nothing, it
 * lasts until a reload, and the page says so.
 */
export function GraphiQLPage({ storage, tabs, active }: OpeningTabs) {
  return (
    <GraphiQL
      fetcher={fetcher}
      storage={storage}
      shouldPersistHeaders
      showPersistHeadersSettings={false}
      defaultTabs={[...tabs]}
      // A further tab asks as the same person.
      defaultHeaders={active.headers ?? ''}
      // Without these three GraphiQL would leave out the first tab's variables, and show an empty editor after a reload of
      // any tab but the first.
      initialQuery={active.query ?? ''}
      initialVariables={active.variables ?? ''}
      initialHeaders={active.headers ?? ''}
    >
      <GraphiQL.Logo>Billing Admins</GraphiQL.Logo>
      {!storage.isLasting() && (
        <GraphiQL.Footer>
          <p>Your browser keeps nothing for this page. A reload loses the tabs and their tokens.</p>
        </GraphiQL.Footer>
      )}
    </GraphiQL>
  );
}
