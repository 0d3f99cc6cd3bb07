import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { Settings } from '../settings';
import { WebNotBuilt } from './web-not-built';

/** The Billing page at `/`, which integrators start from and newcomers see first (O3). */
export function registerBillingPage(
  app: FastifyInstance,
  { tokenUrl }: Pick<Settings, 'tokenUrl'>,
  folder: string,
): void {
  const policy = contentSecurityPolicy(tokenUrl);
  // Read again each time, so that a new build shows without a restart.
  const page = async () => {
    const html = await readFile(join(folder, 'billing', 'index.html'), 'utf8').catch(() => {
      throw new WebNotBuilt('billing');
    });
    return tokenUrl === null
      ? html
      : html.replace('<head>', () => `<head><meta name="token-url" content="${attribute(tokenUrl)}">`);
  };

  app.get('/', async (_request, reply) => {
    // First, because an error must not be answered with the headers of the page.
    const html = await page();
    return reply
      .header('content-type', 'text/html; charset=utf-8')
      .header('content-security-policy', policy)
      .header('cache-control', 'no-cache')
      .header('referrer-policy', 'no-referrer')
      .header('x-content-type-options', 'nosniff')
      .send(html);
  });
}

/**
 * What the browser may load and run: our own files and our own API, and the one address that tokens come from. No script and
 * the page itself contains no style. `connect-src 'self'` covers the WebSocket of the same host as well.
 */
function contentSecurityPolicy(tokenUrl: string | null): string {
  const tokens = tokenUrl !== null && URL.canParse(tokenUrl) ? ` ${new URL(tokenUrl).origin}` : '';
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    `connect-src 'self'${tokens}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

function attribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}
