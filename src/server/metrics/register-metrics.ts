import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { collectDefaultMetrics, Registry } from 'prom-client';
import type { Metrics } from './metrics';

/**
 * `/metrics`, for callers with the token. Without a token the path does not exist. An address proves nothing here: behind a
 * proxy on the same machine everybody comes from the loopback address.
 */
export function registerMetrics(app: FastifyInstance, metrics: Metrics, token: string | null): void {
  if (token === null) return;
  const expected = digest(`Bearer ${token}`);
  app.get('/metrics', async (request, reply) => {
    if (!timingSafeEqual(digest(request.headers.authorization ?? ''), expected))
      return reply
        .code(401)
        .header('www-authenticate', 'Bearer')
        .send({ errors: [{ message: 'This takes METRICS_TOKEN.', extensions: { code: 'UNAUTHENTICATED' } }] });
    return reply.header('content-type', Registry.PROMETHEUS_CONTENT_TYPE).send(await metrics.text());
  });
}

/** Of the same length whatever was sent. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** Memory, processor time, event loop and garbage collection, once for the whole process. */
export function collectProcessMetrics(): void {
  collectDefaultMetrics();
}
