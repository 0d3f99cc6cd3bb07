import cors from '@fastify/cors';
import type { FastifyInstance } from 'fastify';
import { REQUEST_ID } from './request-id';

/** How long a browser may keep the answer to a preflight, in seconds; Chromium keeps none for longer. */
const TWO_HOURS = 2 * 60 * 60;

/** A page that is traced itself sends them with each request (W3C Trace Context). */
const TRACE_CONTEXT = ['traceparent', 'tracestate'];

/**
 * Lets pages of these origins read responses. Cookies are not used: only the bearer token identifies the caller, and a page has
 * to have it. WebSockets do not use CORS, and need the token as well.
 */
export async function registerCors(app: FastifyInstance, origins: readonly string[]): Promise<void> {
  if (origins.length === 0) return;
  await app.register(cors, {
    origin: [...origins],
    methods: ['GET', 'POST'],
    allowedHeaders: ['authorization', 'content-type', 'apollo-require-preflight', REQUEST_ID, ...TRACE_CONTEXT],
    // The card takes the service's time from `date`: the browser's clock may be days off.
    exposedHeaders: [REQUEST_ID, 'date'],
    maxAge: TWO_HOURS,
  });
}
