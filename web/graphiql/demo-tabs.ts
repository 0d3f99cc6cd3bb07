import type { Tab } from './tab';

/** The tabs that the demo's server wrote into the page, so that nothing has to be fetched. There are none where this is not the demo. */
export function demoTabs(page: Document): readonly Tab[] {
  return JSON.parse(page.getElementById('graphiql-tabs')?.textContent ?? '[]') as Tab[];
}
