import { MapperKind, mapSchema } from '@graphql-tools/utils';
import type { GraphQLSchema } from 'graphql';
import { aroundResolvers, type FieldConfig } from '../around-resolvers';

/**
 * Drops what an operation has looked up after each of its mutation fields, failed ones too: what the field answers below
 * itself, and the fields after it, are asked anew (A8).
 */
export function renewReadsAfterMutations(schema: GraphQLSchema): GraphQLSchema {
  return mapSchema(schema, {
    [MapperKind.MUTATION_ROOT_FIELD]: (field: FieldConfig) =>
      aroundResolvers(field, (resolve) => async (source, args, context, info) => {
        try {
          return await resolve(source, args, context, info);
        } finally {
          context.reads = context.freshReads(context);
        }
      }),
  });
}
