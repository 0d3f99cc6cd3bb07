import formbody from '@fastify/formbody';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Catalog } from '../../domain/billing/catalog';
import { Unavailable } from '../../domain/refusals';
import type { Notice } from '../../payments/notices';
import { readPageKey } from '../../payments/sandbox/page-addresses';
import type { SandboxPayer } from '../../payments/sandbox/sandbox-payer';
import { checkoutPage } from './checkout-page';
import { invoicePage, invoicePdf } from './invoice-page';
import { messagePage, webAddress } from './page-shell';
import { type Field, PORTAL_ACTIONS } from './portal-actions';
import { portalPage } from './portal-page';
import { STYLESHEET_HASH } from './stylesheet';

export interface SandboxPagesOptions {
  readonly payer: SandboxPayer;
  readonly catalog: Catalog;
  /**
   * Hears of what a payer has done, and is waited for before the payer goes on, so that the next page shows what came of it.
   * Where it fails, what was done stands, and is found when the service next asks the provider.
   */
  readonly onNotice: (notice: Notice) => Promise<void>;
}

/** Largest form, in bytes: the longest plan key has 255 characters. */
const MOST_BYTES = 4 * 1024;

/** The sandbox's checkout, portal and invoice pages, under `/sandbox`. A page's address is the permission to use it, as with any payment provider. */
export async function registerSandboxPages(app: FastifyInstance, options: SandboxPagesOptions): Promise<void> {
  await app.register(
    async (pages) => {
      pages.removeAllContentTypeParsers();
      await pages.register(formbody, { bodyLimit: MOST_BYTES });
      pages.addHook('onRequest', async (_request, reply) => void reply.headers(pageHeaders()));
      pages.setErrorHandler((error: FastifyError, request, reply) => sendFault(error, request, reply));
      pages.setNotFoundHandler((_request, reply) => sendNotFound(reply));
      serveCheckout(pages, options);
      servePortal(pages, options);
      serveInvoice(pages, options);
    },
    { prefix: '/sandbox' },
  );
}

function serveCheckout(pages: FastifyInstance, options: SandboxPagesOptions): void {
  const { payer, catalog } = options;

  const find = async (request: FastifyRequest) => {
    const key = readPageKey(queryField(request, 'session'));
    const view = key && (await payer.readCheckout(key.customerId, key.id));
    return view && { key, view };
  };

  pages.get('/checkout', async (request, reply) => {
    const found = await find(request);
    if (!found) return sendNotFound(reply);
    const { view } = found;
    if (view.status === 'EXPIRED') return sendExpired(reply, view.returnUrl);
    reply.headers(pageHeaders(webAddress(view.returnUrl)?.origin));
    return sendPage(reply, checkoutPage(view, catalog, queryField(request, 'said') === 'declined'));
  });

  pages.post('/checkout', async (request, reply) => {
    const found = await find(request);
    if (!found) return sendNotFound(reply);
    const { key, view } = found;
    if (view.status === 'EXPIRED') return sendExpired(reply, view.returnUrl);
    const { customerId, id } = key;
    const deed = formField(request)('do');
    const isPaying = deed === 'pay';
    if (!isPaying && deed !== 'decline') return sendOn(reply, `?session=${customerId}.${id}`);
    const outcome = await (isPaying ? payer.payCheckout(customerId, id) : payer.declineCheckout(customerId, id));
    if (outcome === 'CLOSED') return sendOn(reply, `?session=${customerId}.${id}`);
    await tell(request, options, { kind: 'ORDER', organizationId: view.organizationId, orderId: view.orderId });
    if (!isPaying) return sendOn(reply, `?session=${customerId}.${id}&said=declined`);
    // The card is on file now, whatever was bought.
    await tell(request, options, { kind: 'ACCOUNT', customerId });
    return sendOn(reply, webAddress(view.returnUrl)?.href ?? `?session=${customerId}.${id}`);
  });
}

function servePortal(pages: FastifyInstance, options: SandboxPagesOptions): void {
  const { payer, catalog } = options;

  const find = async (request: FastifyRequest) => {
    const key = readPageKey(queryField(request, 'session'));
    const view = key && (await payer.readPortal(key.customerId, key.id));
    return view && { key, view };
  };

  pages.get('/portal', async (request, reply) => {
    const found = await find(request);
    if (!found) return sendNotFound(reply);
    if (found.view.isExpired) return sendExpired(reply, found.view.returnUrl);
    return sendPage(reply, portalPage(found.view, catalog, queryField(request, 'said')));
  });

  pages.post('/portal', async (request, reply) => {
    const found = await find(request);
    if (!found) return sendNotFound(reply);
    const { key, view } = found;
    if (view.isExpired) return sendExpired(reply, view.returnUrl);
    const { customerId, id } = key;
    const field = formField(request);
    const outcome = (await PORTAL_ACTIONS.get(field('do'))?.(payer, customerId, field)) ?? 'CLOSED';
    const orderId = field('order');
    if (outcome === 'DONE' && orderId !== '')
      await tell(request, options, { kind: 'ORDER', organizationId: view.organizationId, orderId });
    await tell(request, options, { kind: 'ACCOUNT', customerId });
    return sendOn(reply, `?session=${customerId}.${id}${outcome === 'DONE' ? '' : `&said=${outcome.toLowerCase()}`}`);
  });
}

function serveInvoice(pages: FastifyInstance, options: SandboxPagesOptions): void {
  const { payer, catalog } = options;

  const find = async (request: FastifyRequest) => {
    const key = readPageKey(queryField(request, 'session'));
    const view = key && (await payer.readInvoice(key.customerId, key.id));
    return view && { key, view };
  };

  pages.get('/invoice', async (request, reply) => {
    const found = await find(request);
    if (!found) return sendNotFound(reply);
    const { customerId, id } = found.key;
    const pdfAddress = `invoice.pdf?session=${customerId}.${id}`;
    return sendPage(reply, invoicePage(found.view, catalog, pdfAddress, queryField(request, 'said') === 'declined'));
  });

  pages.get('/invoice.pdf', async (request, reply) => {
    const found = await find(request);
    if (!found) return sendNotFound(reply);
    reply.header('content-disposition', `attachment; filename="${found.view.number}.pdf"`);
    return reply.type('application/pdf').send(invoicePdf(found.view, catalog));
  });

  pages.post('/invoice', async (request, reply) => {
    const found = await find(request);
    if (!found) return sendNotFound(reply);
    const { customerId, id } = found.key;
    const deed = formField(request)('do');
    const isPaying = deed === 'pay' || deed === 'new-card';
    const outcome = isPaying ? await payer.payInvoice(customerId, id, deed === 'new-card') : 'CLOSED';
    await tell(request, options, { kind: 'ACCOUNT', customerId });
    return sendOn(reply, `?session=${customerId}.${id}${outcome === 'DECLINED' ? '&said=declined' : ''}`);
  });
}

async function tell(request: FastifyRequest, { onNotice }: SandboxPagesOptions, notice: Notice): Promise<void> {
  try {
    await onNotice(notice);
  } catch (error) {
    request.log.error({ err: error }, "A payer's action was not stored yet.");
  }
}

function sendPage(reply: FastifyReply, page: string): FastifyReply {
  return reply.type('text/html; charset=utf-8').send(page);
}

/** 303: the next page is fetched with GET, and loading it again does nothing twice. A bare query stays on the same path. */
function sendOn(reply: FastifyReply, address: string): FastifyReply {
  return reply.code(303).header('location', address).send();
}

function sendNotFound(reply: FastifyReply): FastifyReply {
  reply.code(404);
  return sendPage(
    reply,
    messagePage('There is no such page', 'The address is incomplete, or the page no longer exists.'),
  );
}

function sendExpired(reply: FastifyReply, returnUrl: string): FastifyReply {
  reply.code(410);
  const message = 'Nothing was charged. Go back to where you came from and start again.';
  return sendPage(reply, messagePage('This page has expired', message, returnUrl));
}

function sendFault(error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const status = error.statusCode ?? (error instanceof Unavailable ? 503 : 500);
  if (status >= 500) request.log.error({ err: error }, 'A page of the sandbox failed.');
  reply.code(status);
  const message =
    status >= 500
      ? 'It is not known whether it was done. Go back one page and check before you try again.'
      : 'The request from your browser can’t be read. Go back one page and try again.';
  return sendPage(reply, messagePage('That did not work', message));
}

function queryField({ query }: FastifyRequest, name: string): string {
  return text(query, name);
}

function formField({ body }: FastifyRequest): Field {
  return (name) => text(body, name);
}

/** A field that is missing or repeated is empty. */
function text(fields: unknown, name: string): string {
  const value = (fields as Record<string, unknown> | null | undefined)?.[name];
  return typeof value === 'string' ? value : '';
}

/**
 * The headers of a page. Its address is a secret that opens it, so it is sent to nobody (no referrer) and cached nowhere. No script
 * runs. `formTarget` is the origin that a form's answer sends the payer on to: Chromium asks the policy for it too.
 */
function pageHeaders(formTarget: string | null = null): Record<string, string> {
  return {
    'content-security-policy': [
      "default-src 'none'",
      `style-src ${STYLESHEET_HASH}`,
      'img-src data:',
      "base-uri 'none'",
      `form-action 'self'${formTarget === null ? '' : ` ${formTarget}`}`,
      "frame-ancestors 'none'",
    ].join('; '),
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'x-robots-tag': 'noindex',
  };
}
