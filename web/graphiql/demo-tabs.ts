import type { Tab } from './tab';

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

/** The tabs that the server wrote into the page, so that nothing has to be fetched; without any, one that tells how it works. */
export function demoTabs(page: Document): readonly [Tab, ...Tab[]] {
  const written = page.getElementById('graphiql-tabs')?.textContent ?? '[]';
  const [first = WELCOME, ...others] = JSON.parse(written) as Tab[];
  return [first, ...others];
}
