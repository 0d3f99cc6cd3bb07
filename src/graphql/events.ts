import { MapperKind, mapSchema } from '@graphql-tools/utils';
import {
  createSourceEventStream,
  execute,
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLSchema,
} from 'graphql';
import { aroundResolvers, type FieldConfig } from './around-resolvers';
import type { OperationContext } from './context';

/** Stands in for an event when the source has failed: the subscription's field throws `error`, which graphql-js then places. */
class Failure {
  constructor(readonly error: unknown) {}
}

/** Lets the root fields of subscriptions throw what made their source end, so that it is answered like any refusal (L4). */
export function tellFailuresOfSources(schema: GraphQLSchema): GraphQLSchema {
  return mapSchema(schema, {
    [MapperKind.SUBSCRIPTION_ROOT_FIELD]: (field: FieldConfig) =>
      aroundResolvers(field, (resolve) => (source, args, context, info) => {
        if (source instanceof Failure) throw source.error;
        return resolve(source, args, context, info);
      }),
  });
}

/**
 * graphql-js's `subscribe`, but for three things: each event is executed with reads of its own, which know nothing of the
 * event before (A8); a source that fails ends with `data: null` and the error at the subscription's field; and a refusal at
 * the start has that same shape (L4).
 */
export async function subscribeToEvents(
  args: ExecutionArgs,
  freshReads: () => OperationContext['reads'],
): Promise<AsyncIterableIterator<ExecutionResult> | ExecutionResult> {
  const source = await createSourceEventStream(args);
  if (!isAsyncIterable(source)) {
    const isRefusedField = source.errors?.some(({ path }) => path !== undefined);
    return isRefusedField ? { ...source, data: null } : source;
  }
  const events: AsyncIterator<unknown> = source[Symbol.asyncIterator]();
  let ended = false;

  const answer = async (rootValue: unknown): Promise<ExecutionResult> => {
    const contextValue = { ...(args.contextValue as OperationContext), reads: freshReads() };
    return execute({ ...args, rootValue, contextValue });
  };

  const answers: AsyncIterableIterator<ExecutionResult> = {
    async next() {
      if (ended) return { done: true, value: undefined };
      try {
        const event = await events.next();
        return event.done ? { done: true, value: undefined } : { done: false, value: await answer(event.value) };
      } catch (error) {
        ended = true;
        return { done: false, value: await answer(new Failure(error)) };
      }
    },
    async return() {
      ended = true;
      await events.return?.();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]: () => answers,
  };
  return answers;
}

function isAsyncIterable(source: AsyncIterable<unknown> | ExecutionResult): source is AsyncIterable<unknown> {
  return Symbol.asyncIterator in source;
}
