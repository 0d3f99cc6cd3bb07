import fastify, { type FastifyError, type FastifyInstance } from 'fastify';
import type { Settings } from '../settings';
import { errorForLog } from './error-for-log';

/** Largest body of a request, in bytes: a batch of 1,000 usage entries has half of it. */
const MOST_BYTES = 1024 * 1024;

const CODES: Record<number, string> = {
  404: 'NOT_FOUND',
  413: 'PAYLOAD_TOO_LARGE',
  415: 'UNSUPPORTED_MEDIA_TYPE',
  503: 'SERVICE_UNAVAILABLE',
};

/** The HTTP server, before anything is served on it. Its logs hold no query strings and no headers: both carry secrets. */
export function createApp({ logLevel }: Settings, onLogLine?: (line: string) => void): FastifyInstance {
  const app = fastify({
    bodyLimit: MOST_BYTES,
    forceCloseConnections: 'idle',
    logger: {
      level: logLevel,
      ...(onLogLine && { stream: { write: onLogLine } }),
      serializers: {
        err: errorForLog,
        req: ({ method, url, ip }) => ({ method, path: url.split('?')[0], ip }),
      },
    },
  });

  app.setErrorHandler((error: FastifyError, request, reply) => {
    const status = error.statusCode ?? 500;
    if (status >= 500) request.log.error({ err: error }, 'A request failed.');
    const message = status === 500 ? 'Something went wrong on our side.' : error.message;
    const code = CODES[status] ?? (status === 500 ? 'INTERNAL_SERVER_ERROR' : 'BAD_REQUEST');
    return reply.code(status).send({ errors: [{ message, extensions: { code } }] });
  });
  app.setNotFoundHandler((_request, reply) =>
    reply.code(404).send({ errors: [{ message: 'There is nothing here.', extensions: { code: 'NOT_FOUND' } }] }),
  );
  return app;
}
