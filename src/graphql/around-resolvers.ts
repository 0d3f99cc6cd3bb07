import { defaultFieldResolver, type GraphQLFieldConfig, type GraphQLResolveInfo } from 'graphql';
import type { OperationContext } from './context';

export type Args = Readonly<Record<string, unknown>>;

export type FieldConfig = GraphQLFieldConfig<unknown, OperationContext, Args>;

export type Resolve = (source: unknown, args: Args, context: OperationContext, info: GraphQLResolveInfo) => unknown;

/**
 * The field with something put around what resolves it, and, for a subscription, around what opens its source: a wrapper of
 * `resolve` alone would let a subscription start unasked.
 */
export function aroundResolvers(field: FieldConfig, around: (resolve: Resolve) => Resolve): FieldConfig {
  const { resolve = defaultFieldResolver, subscribe } = field;
  return { ...field, resolve: around(resolve), ...(subscribe && { subscribe: around(subscribe) }) };
}
