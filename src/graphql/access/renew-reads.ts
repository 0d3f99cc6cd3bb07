import { MapperKind, mapSchema } from '@graphql-tools/utils';
import { defaultFieldResolver, type GraphQLFieldConfig, type GraphQLSchema } from 'graphql';
import type { OperationContext } from '../context';

/**
 * Drops what an operation has looked up after each of its mutation fields, failed ones too: what the field answers below
 * itself, and the fields after it, are asked anew (A8).
 */
export function renewReadsAfterMutations(schema: GraphQLSchema): GraphQLSchema {
  return mapSchema(schema, {
    [MapperKind.MUTATION_ROOT_FIELD]: (field: GraphQLFieldConfig<unknown, OperationContext>) => {
      const { resolve = defaultFieldResolver } = field;
      return {
        ...field,
        resolve: async (source, args, context, info) => {
          try {
            return (await resolve(source, args, context, info)) as unknown;
          } finally {
            context.reads = context.freshReads();
          }
        },
      };
    },
  });
}
