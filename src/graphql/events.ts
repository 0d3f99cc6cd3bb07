import { MapperKind, mapSchema } from '@graphql-tools/utils';
import {
  createSourceEventStream,
  execute,
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLSchema,
} from 'graphql';
import { Forbidden } from '../domain/refusals';
import { aroundResolvers, type FieldConfig } from './around-resolvers';
import type { OperationContext } from './context';

/** Answers one event of a subscription. */
export type ExecuteEvent = (args: ExecutionArgs) => ExecutionResult | Promise<ExecutionResult>;

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
 * the start has that same shape (L4). An event that can't be told ends the subscription too: going on would leave a gap that
 * nobody sees, and whoever resumes finds the event (L2).
 */
export async function subscribeToEvents(
  args: ExecutionArgs,
  freshReads: () => OperationContext['reads'],
  executeEvent: ExecuteEvent = execute,
): Promise<AsyncIterableIterator<ExecutionResult> | ExecutionResult> {
  const given = args.contextValue as OperationContext;
  // Reads of its own for the start too: what `args` holds stays as long as the subscription.
  const source = await createSourceEventStream({ ...args, contextValue: { ...given, reads: given.freshReads() } });
  if (!isAsyncIterable(source)) {
    const isRefusedField = source.errors?.some(({ path }) => path !== undefined);
    return isRefusedField ? { ...source, data: null } : source;
  }
  const events: AsyncIterator<unknown> = source[Symbol.asyncIterator]();
  let ended = false;

  const answer = async (rootValue: unknown): Promise<ExecutionResult> => {
    const contextValue = { ...given, reads: freshReads() };
    return executeEvent({ ...args, rootValue, contextValue });
  };

  const end = async () => {
    ended = true;
    await events.return?.();
  };

  const answers: AsyncIterableIterator<ExecutionResult> = {
    async next() {
      if (ended) return { done: true, value: undefined };
      try {
        const event = await events.next();
        if (event.done) return { done: true, value: undefined };
        const value = await answer(event.value);
        if (value.data == null) await end();
        return { done: false, value: wasRefused(value) ? await answer(new Failure(new Forbidden())) : value };
      } catch (error) {
        ended = true;
        return { done: false, value: await answer(new Failure(error)) };
      }
    },
    async return() {
      await end();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]: () => answers,
  };
  return answers;
}

/** Whether access was lost while the event was being answered, wherever in it that showed. */
function wasRefused({ data, errors = [] }: ExecutionResult): boolean {
  return data == null && errors.some(({ originalError }) => originalError instanceof Forbidden);
}

function isAsyncIterable(source: AsyncIterable<unknown> | ExecutionResult): source is AsyncIterable<unknown> {
  return Symbol.asyncIterator in source;
}
