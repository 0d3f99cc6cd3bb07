import { type Context, ROOT_CONTEXT, SpanKind } from '@opentelemetry/api';
import type { ServerOptions, SubscribePayload } from 'graphql-ws';
import type { Spans } from './spans';
import { parentIn } from './trace-parent';

type Hooks<Extra> = ServerOptions<Record<string, unknown>, Extra>;

/** What graphql-ws asks and tells about operations on sockets. */
export type SocketHooks<Extra> = Hooks<Extra> & Required<Pick<Hooks<Extra>, 'onSubscribe' | 'execute' | 'subscribe'>>;

/**
 * The same hooks, with a span for each operation on a socket until it is answered, or its subscription is open: what follows is
 * told by the spans of the events. Its caller's span is in `extensions.traceparent` of the operation, or in `traceparent` of
 * `connection_init` for all.
 */
export function traceSocketOperations<Extra>(hooks: SocketHooks<Extra>, spans: Spans): SocketHooks<Extra> {
  /** By the operation's payload, which graphql-ws hands to each hook, and by what it is executed with. */
  const contexts = new WeakMap<object, Context>();
  const within = <T>(of: object, work: () => T): T => spans.within(contexts.get(of) ?? ROOT_CONTEXT, work);
  const end = (payload: SubscribePayload) => spans.end(contexts.get(payload) ?? ROOT_CONTEXT);
  const ending = async <T>(payload: SubscribePayload, work: () => T): Promise<Awaited<T>> => {
    try {
      return await within(payload, work);
    } finally {
      end(payload);
    }
  };

  return {
    ...hooks,
    onSubscribe: async (context, id, payload) => {
      const parent = parentIn(payload.extensions, context.connectionParams);
      const operation = spans.begin('operation', { kind: SpanKind.SERVER }, parent);
      contexts.set(payload, operation);
      const opened = await spans.within(operation, () => hooks.onSubscribe(context, id, payload));
      if (opened && !Array.isArray(opened)) contexts.set(opened, operation);
      return opened;
    },
    execute: (args) => within(args, () => hooks.execute(args)),
    subscribe: (args) => within(args, () => hooks.subscribe(args)),
    onOperation: async (context, id, payload, args, result) => {
      const told = within(payload, () => hooks.onOperation?.(context, id, payload, args, result));
      if (Symbol.asyncIterator in result) end(payload);
      return told;
    },
    onNext: (context, id, payload, args, result) =>
      ending(payload, () => hooks.onNext?.(context, id, payload, args, result)),
    onError: (context, id, payload, errors) => ending(payload, () => hooks.onError?.(context, id, payload, errors)),
    onComplete: (context, id, payload) => ending(payload, () => hooks.onComplete?.(context, id, payload)),
  };
}
