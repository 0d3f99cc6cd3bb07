import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { fromNodeHeaders, toNodeHandler } from 'better-auth/node';
import { WebhookVerificationError } from 'standardwebhooks';
import { auth } from './auth.ts';
import { handleNextEvent, receive } from './inbox.ts';
import { keepRunning } from './keep-running.ts';
import { mayManageBilling } from './may-manage-billing.ts';
import { migrate } from './migrate.ts';
import { countUnsent } from './outbox.ts';
import { sendNextEntry } from './send-outbox.ts';
import { settings } from './settings.ts';

interface Reply {
  readonly status: number;
  readonly body: object;
}

const PAGE = readFileSync(new URL('../page.html', import.meta.url), 'utf8').replace(
  '{{billingUrl}}',
  settings.billingUrl,
);

const handleByBetterAuth = toNodeHandler(auth);

const ROUTES: Record<string, (request: IncomingMessage, url: URL) => Promise<Reply>> = {
  'POST /webhooks/billing-admins': async (request) => {
    try {
      await receive(await text(request), request.headers as Record<string, string>);
      return { status: 200, body: {} };
    } catch (error) {
      if (!(error instanceof WebhookVerificationError)) throw error;
      return { status: 400, body: { error: error.message } };
    }
  },

  // A feature of this application, for users who may manage the organization's billing.
  'GET /budget': async (request, url) => {
    const session = await auth.api.getSession({ headers: fromNodeHeaders(request.headers) });
    if (!session) return { status: 401, body: {} };
    const isAllowed = await mayManageBilling(session.user.id, url.searchParams.get('organization') ?? '');
    return isAllowed ? { status: 200, body: { budget: 10_000 } } : { status: 403, body: {} };
  },

  // For an operator: an outbox that grows means that the service gets no calls.
  'GET /healthz': async () => ({ status: 200, body: { unsent: await countUnsent() } }),
};

async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', settings.url);
  if (url.pathname.startsWith('/api/auth/')) {
    // The Billing page gets its tokens at /api/auth/token (TOKEN_URL). No other page of another origin may.
    if (request.headers.origin === new URL(settings.billingUrl).origin) {
      response.setHeader('access-control-allow-origin', request.headers.origin);
      response.setHeader('access-control-allow-credentials', 'true');
    }
    return handleByBetterAuth(request, response);
  }
  if (url.pathname === '/') return void response.setHeader('content-type', 'text/html').end(PAGE);
  const route = ROUTES[`${request.method} ${url.pathname}`];
  const { status, body } = (await route?.(request, url)) ?? { status: 404, body: {} };
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

await migrate();
const server = createServer((request, response) => {
  respond(request, response).catch((error: Error) => {
    console.error(error);
    if (!response.headersSent) response.writeHead(503);
    response.end();
  });
});
server.listen(settings.port, '127.0.0.1', () => console.log(`The example listens at ${settings.url}`));
// What is not done stays in the database, however this process ends.
void keepRunning('outbox', sendNextEntry);
void keepRunning('inbox', handleNextEvent);
