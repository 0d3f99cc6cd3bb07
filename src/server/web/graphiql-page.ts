import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { WebNotBuilt } from './web-not-built';

export interface GraphiQLTab {
  readonly query: string;
  /** JSON, for the variables editor. */
  readonly variables?: string;
}

/** The HTML of GraphiQL, opening with these tabs. Read again each time, so that a new build shows without a restart. */
export async function graphiqlPage(tabs: readonly GraphiQLTab[], folder: string): Promise<string> {
  const html = await readFile(join(folder, 'graphiql', 'index.html'), 'utf8').catch(() => {
    throw new WebNotBuilt('graphiql');
  });
  // A `<` could end the script element early (`</script>`, `<!--`); as an escape it is the same JSON.
  const json = JSON.stringify(tabs).replaceAll('<', '\\u003c');
  const script = `<script type="application/json" id="graphiql-tabs">${json}</script>`;
  // A function, because `$` in a replacement string has a meaning of its own, and GraphQL variables begin with it.
  return html.replace('</head>', () => `${script}</head>`);
}
