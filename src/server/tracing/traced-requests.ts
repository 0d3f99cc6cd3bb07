import { type Context, SpanKind, trace } from '@opentelemetry/api';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Spans } from './spans';
import { parentIn } from './trace-parent';

/** They are asked all the time, and by machines. */
const QUIET = new Set(['/healthz', '/readyz', '/metrics']);

/** A span for each request, within the one that its `traceparent` names. */
export function traceRequests(app: FastifyInstance, spans: Spans): void {
  const contexts = new WeakMap<FastifyRequest, Context>();

  app.addHook('onRequest', (request, reply, done) => {
    const { url: route } = request.routeOptions;
    if (route === undefined || QUIET.has(route)) return done();
    const attributes = {
      'http.request.method': request.method,
      'http.route': route,
      'billing_admins.request_id': request.id,
    };
    const context = spans.begin(
      `${request.method} ${route}`,
      { kind: SpanKind.SERVER, attributes },
      parentIn(request.headers),
    );
    contexts.set(request, context);
    // Whether it was answered or its client went away.
    reply.raw.once('close', () => {
      trace.getSpan(context)?.setAttribute('http.response.status_code', reply.statusCode);
      spans.end(context);
    });
    spans.within(context, done);
  });

  // A body arrives by the connection, where nothing is known of the request.
  app.addHook('preHandler', (request, _reply, done) => {
    const context = contexts.get(request);
    if (context) spans.within(context, done);
    else done();
  });
}
