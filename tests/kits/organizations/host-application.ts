import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface HostApplication {
  readonly address: string;
  close(): Promise<unknown>;
}

interface Hosted {
  /** Of the service that the card comes from; it is there by the time that somebody opens the page. */
  readonly service: () => string;
  readonly organization: string;
  readonly token: () => Promise<string | null>;
  readonly styles?: string;
  /** The page's content before the card's script runs. */
  readonly content?: string;
}

/**
 * An application of somebody else's, on an origin of its own and with a strict policy, that shows the card among its own
 * things: the example of `docs/guide/integrate.md`, as a server.
 */
export async function startHostApplication({
  service,
  organization,
  token,
  styles = '',
  content = '',
}: Hosted): Promise<HostApplication> {
  const page = () => `<!doctype html>
    <html lang="en">
      <head>
        <title>Acme Projects</title>
        <link rel="stylesheet" href="/host.css">
        <script src="${service()}/billing-admins-card.js" defer></script>
        <script src="/host.js" defer></script>
      </head>
      <body>
        <main>
          <h1>Settings</h1>
          ${content}
          <billing-admins-card organization="${organization}"></billing-admins-card>
        </main>
      </body>
    </html>`;
  const script = `document.querySelector('billing-admins-card').getToken = async () => {
    const response = await fetch('/billing-token');
    return response.ok ? (await response.json()).token : null;
  };`;
  // What the host says of its own parts must not reach into the card.
  const css = `body { font: 15px Georgia, serif; margin: 24px; background: #fff; color: #222 } button { all: unset; color: red } ${styles}`;
  const policy = () =>
    [
      "default-src 'none'",
      `script-src 'self' ${service()}`,
      "style-src 'self'",
      `connect-src 'self' ${service()} ${service().replace('http', 'ws')}`,
    ].join('; ');

  const server = createServer((request, response) => {
    const send = (type: string, body: string, status = 200) => {
      response.writeHead(status, { 'content-type': type, 'content-security-policy': policy() });
      response.end(body);
    };
    switch (request.url) {
      case '/host.js':
        return send('text/javascript', script);
      case '/host.css':
        return send('text/css', css);
      case '/billing-token':
        return void token().then((given) =>
          send('application/json', JSON.stringify({ token: given }), given ? 200 : 401),
        );
      default:
        return send('text/html', page());
    }
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => new Promise((closed) => server.close(closed)),
  };
}
