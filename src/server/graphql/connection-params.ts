import type { Context } from 'graphql-ws';

/** More than any `traceparent` or `tracestate` has (W3C Trace Context, section 3.3.1.1). */
const LONGEST = 512;

/** Of what `connection_init` says, keeps what operations have use for: graphql-ws holds it for as long as the socket. */
export function keepTraceContext(context: Pick<Context, 'connectionParams'>): void {
  const { traceparent, tracestate } = context.connectionParams ?? {};
  const isTraced = typeof traceparent === 'string' && traceparent.length <= LONGEST;
  const hasState = typeof tracestate === 'string' && tracestate.length <= LONGEST;
  const kept = isTraced ? { traceparent, ...(hasState && { tracestate }) } : undefined;
  (context as { connectionParams?: typeof kept }).connectionParams = kept;
}
