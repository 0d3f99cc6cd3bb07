import { Html, html } from './html';
import { STYLESHEET } from './stylesheet';

/** A whole page around `content`. */
export function pageShell(title: string, content: Html, width: 'narrow' | 'wide'): string {
  const style = new Html(`<style>${STYLESHEET}</style>`);
  // The empty icon keeps browsers from asking for one.
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>${title}</title>
        <link rel="icon" href="data:," />
        ${style}
      </head>
      <body>
        <header class="sandbox">
          <strong>Sandbox.</strong> This is a rehearsal: no card is asked for and no money moves.
        </header>
        <main class="${width}">${content}</main>
      </body>
    </html>`.text;
}

/** A page that says one thing, with the way back where there is one. */
export function messagePage(title: string, message: string, returnUrl: string | null = null): string {
  return pageShell(
    title,
    html`<section class="card">
      <h1>${title}</h1>
      <p>${message}</p>
      ${returnLink(returnUrl)}
    </section>`,
    'narrow',
  );
}

/** The way back, where it is one that a browser may follow. */
export function returnLink(returnUrl: string | null): Html | null {
  const url = returnUrl === null ? null : webAddress(returnUrl);
  return url && html`<p><a href="${url.href}" rel="noreferrer">Back to ${url.host}</a></p>`;
}

/** Null of what is no http or https address. */
export function webAddress(address: string): URL | null {
  const url = URL.canParse(address) ? new URL(address) : null;
  return url && /^https?:$/.test(url.protocol) ? url : null;
}
