import { type Context, defaultTextMapGetter, ROOT_CONTEXT } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';

const propagator = new W3CTraceContextPropagator();

/** The span that these headers, or what stands in for them on a socket, name as the caller's (W3C Trace Context). */
export function parentIn(...carriers: unknown[]): Context {
  const carrier = carriers.find(
    (candidate) => typeof (candidate as { traceparent?: unknown } | null | undefined)?.traceparent === 'string',
  );
  return carrier === undefined ? ROOT_CONTEXT : propagator.extract(ROOT_CONTEXT, carrier, defaultTextMapGetter);
}
