import { isIP } from 'node:net';
import fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import { destination } from 'pino';
import { cutText } from '../../domain/text';
import { LONGEST_MESSAGE } from '../../graphql/errors/wire-error';
import { trustProxies } from '../limits/client-address';
import type { Settings } from '../settings';
import { errorForLog } from './error-for-log';
import { REQUEST_ID, requestIdOf } from './request-id';
import { secretsOf } from './secrets-of';

/** No token and no e-mail address looks like this. */
const HARMLESS = /^\/[a-z]{1,16}(?=[/?]|$)/;

/**
 * A request as it appears in the log. The path is the route's, not the client's text: any segment of an address can hold a token or an
 * e-mail address. Of an address without a route, only a harmless first segment appears, which shows a proxy that leads to the wrong
 * place. The caller's address is what a proxy passes on, and a client may have written that: what is no IP address does not appear.
 */
function requestForLog({ method, url, ip, routeOptions: { url: route } }: FastifyRequest) {
  return { method, path: route ?? unknownPath(url), ip: isIP(ip) === 0 ? null : ip };
}

function unknownPath(url: string): string {
  const [first = ''] = HARMLESS.exec(url) ?? [];
  const isWhole = first !== '' && (url.length === first.length || url[first.length] === '?');
  return isWhole ? first : `${first}/…`;
}

/** They are asked all the time, and by machines. */
const PROBES = new Set(['/healthz', '/readyz', '/metrics']);

/** One line for each request, when it is done, and not another when it comes. Of probes it is for those who look for it. */
class RequestLog extends LogController {
  override incomingRequest(): void {
    // Said with the rest in the end.
  }

  override requestCompleted(error: Error | null | undefined, request: FastifyRequest, reply: FastifyReply): void {
    const line = { req: request, res: reply, responseTime: reply.elapsedTime };
    if (error) request.log.error({ ...line, err: error }, 'request errored');
    else request.log[PROBES.has(request.routeOptions.url ?? '') ? 'debug' : 'info'](line, 'request completed');
  }
}

/**
 * On every answer that does not say otherwise: it is what its type says, is stored nowhere, appears in no frame, and tells no other site
 * where it was requested.
 */
const HARDENING = [
  ['cache-control', 'no-store'],
  ['content-security-policy', "frame-ancestors 'none'"],
  ['x-content-type-options', 'nosniff'],
  ['referrer-policy', 'no-referrer'],
] as const;

/** How long headers may take, in milliseconds, also those of a connection on which nothing is said; and how often that is looked at. */
const HEADERS_TIMEOUT = 15_000;
const LOOK_EVERY = 1_000;

/** How long nothing may come or go on a connection with a request that has begun, in milliseconds. `ws` ends this for WebSockets. */
const UNREAD_TIMEOUT = 120_000;

const CODES: Record<number, string> = {
  404: 'NOT_FOUND',
  413: 'PAYLOAD_TOO_LARGE',
  415: 'UNSUPPORTED_MEDIA_TYPE',
  429: 'RATE_LIMITED',
  503: 'SERVICE_UNAVAILABLE',
};

/**
 * Characters of a content type: its two names have at most 127 each (RFC 6838, 4.2). The libraries that read it take quadratic time and
 * more, so that it is bounded before any of them.
 */
const LONGEST_CONTENT_TYPE = 255;

/**
 * Lines go out together, after a tenth of a second or when so many bytes have come: a write for each would cost about as much
 * as a look into the database. At the end of the process pino writes what is left.
 */
const IN_THE_BACKGROUND = { sync: false, minLength: 4_096, periodicFlush: 100 };

/**
 * The HTTP server, before anything is served on it. Its logs hold no addresses and no raw headers: both carry secrets. Each line
 * has `moreFields`.
 */
export function createApp(
  settings: Settings,
  onLogLine?: (line: string) => void,
  moreFields?: () => object,
): FastifyInstance {
  const { logLevel, limits, trustProxy } = settings;
  const secrets = secretsOf(settings);
  const err = (error: unknown) => errorForLog(error, secrets);
  const app = fastify({
    bodyLimit: limits.bodyBytes,
    trustProxy: trustProxies(trustProxy),
    requestTimeout: limits.requestTimeout * 1_000,
    connectionTimeout: UNREAD_TIMEOUT,
    http: {
      headersTimeout: Math.min(limits.requestTimeout * 1_000, HEADERS_TIMEOUT),
      connectionsCheckingInterval: LOOK_EVERY,
    },
    forceCloseConnections: 'idle',
    genReqId: requestIdOf,
    // An address that cannot be read comes to no hook.
    frameworkErrors: (error, request, reply) => {
      setHeaders(request, reply);
      refuse(error, request, reply);
    },
    logController: new RequestLog({ requestIdLogLabel: 'requestId' }),
    logger: {
      level: logLevel,
      stream: onLogLine ? { write: onLogLine } : destination(IN_THE_BACKGROUND),
      ...(moreFields && { mixin: moreFields }),
      serializers: {
        err,
        req: requestForLog,
      },
      hooks: {
        // pino takes the message of an error for the line's where the line has none, and Fastify passes it as the line's.
        logMethod([first, message, ...rest], log) {
          const error: unknown = first instanceof Error ? first : (first as { err?: unknown } | null)?.err;
          const isItsOwn = error instanceof Error && (message === undefined || message === error.message);
          if (isItsOwn) log.call(this, first instanceof Error ? { err: first } : first, err(error).message);
          else log.call(this, first, message, ...rest);
        },
      },
    },
  });

  app.addHook('onRequest', async ({ headers }) => {
    if ((headers['content-type']?.length ?? 0) <= LONGEST_CONTENT_TYPE) return;
    throw Object.assign(new Error(`A content type has at most ${LONGEST_CONTENT_TYPE} characters.`), {
      statusCode: 415,
    });
  });
  app.addHook('onRequest', async ({ headers }, reply) => {
    const encoding = headers['content-encoding']?.toLowerCase();
    if (encoding === undefined || encoding === 'identity') return;
    // What may be sent instead (RFC 9110, 15.5.16).
    reply.header('accept-encoding', 'identity');
    throw Object.assign(new Error('Bodies are taken as they are, without a content encoding.'), { statusCode: 415 });
  });
  app.addHook('onSend', async (request, reply) => setHeaders(request, reply));
  app.setErrorHandler(refuse);
  app.setNotFoundHandler((_request, reply) =>
    reply.code(404).send({ errors: [{ message: 'The address does not exist.', extensions: { code: 'NOT_FOUND' } }] }),
  );
  return app;
}

function setHeaders(request: FastifyRequest, reply: FastifyReply): void {
  reply.header(REQUEST_ID, request.id);
  for (const [name, value] of HARDENING) if (!reply.hasHeader(name)) reply.header(name, value);
}

function refuse(error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const status = error.statusCode ?? 500;
  if (status >= 500) request.log.error({ err: error }, 'A request failed.');
  const message = status === 500 ? 'Something went wrong on our side.' : cutText(error.message, LONGEST_MESSAGE);
  const code = CODES[status] ?? (status === 500 ? 'INTERNAL_SERVER_ERROR' : 'BAD_REQUEST');
  const extensions = { code, ...(status >= 500 && { reference: request.id }) };
  return reply.code(status).send({ errors: [{ message, extensions }] });
}
