import { type Context, defaultTextMapGetter, ROOT_CONTEXT } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';

const propagator = new W3CTraceContextPropagator();

/** The caller's span from these headers, or from their counterpart on a socket (W3C Trace Context). */
export function parentIn(...carriers: unknown[]): Context {
  const carrier = carriers.find(
    (candidate) => typeof (candidate as { traceparent?: unknown } | null | undefined)?.traceparent === 'string',
  );
  return carrier === undefined ? ROOT_CONTEXT : propagator.extract(ROOT_CONTEXT, carrier, defaultTextMapGetter);
}
