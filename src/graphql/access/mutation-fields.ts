import { MapperKind, mapSchema } from '@graphql-tools/utils';
import type { GraphQLSchema } from 'graphql';
import { Forbidden } from '../../domain/refusals';
import { aroundResolvers, type FieldConfig, type Resolve } from '../around-resolvers';

/**
 * Runs each mutation field once, also where its operation is executed again because the viewer's access has changed (A8): the second
 * time it answers with what the first has done. The access directive stands around this, and is asked each time.
 */
export function runMutationsOnce(schema: GraphQLSchema): GraphQLSchema {
  return aroundMutations(schema, (resolve) => (source, args, context, info) => {
    const run = async () => resolve(source, args, context, info);
    const outcome = context.outcomes?.get(info.path.key) ?? run();
    context.outcomes?.set(info.path.key, outcome);
    return outcome;
  });
}

/**
 * Drops what an operation has looked up after each of its mutation fields, failed ones too: what the field answers below
 * itself, and the fields after it, are read again (A8).
 */
export function renewReadsAfterMutations(schema: GraphQLSchema): GraphQLSchema {
  return aroundMutations(schema, (resolve) => async (source, args, context, info) => {
    const { outcomes = new Map<string | number, Promise<unknown>>() } = context;
    context.outcomes = outcomes;
    const { key } = info.path;
    const earlier = outcomes.get(key);
    const answer = (async () => resolve(source, args, context, info))();
    try {
      return await answer;
    } catch (error) {
      // What the directive has refused does not run later either: the fields after it have run by then.
      if (!outcomes.has(key)) outcomes.set(key, answer);
      throw error instanceof Forbidden && (await isDone(earlier)) ? resultWithheld() : error;
    } finally {
      context.reads = context.reads.renewed();
    }
  });
}

function aroundMutations(schema: GraphQLSchema, around: (resolve: Resolve) => Resolve): GraphQLSchema {
  return mapSchema(schema, {
    [MapperKind.MUTATION_ROOT_FIELD]: (field: FieldConfig) => aroundResolvers(field, around),
  });
}

async function isDone(outcome: Promise<unknown> | undefined): Promise<boolean> {
  return outcome !== undefined && outcome.then(() => true).catch(() => false);
}

/** FORBIDDEN alone would say that nothing has changed. */
function resultWithheld(): Forbidden {
  return new Forbidden('The call was carried out, but you no longer have access to its result.');
}
