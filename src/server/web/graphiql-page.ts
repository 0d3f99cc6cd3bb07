import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { WebNotBuilt } from './web-not-built';

/**
 * What the browser may load and run for GraphiQL: only our own origin, so that neither a stored answer nor a library can send
 * anything elsewhere. The exceptions are Monaco's: it writes `<style>` elements and `style` attributes while it runs, and
 * draws its squiggles as `data:` images. `connect-src 'self'` covers the WebSocket of the same host as well.
 */
export const GRAPHIQL_CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

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
