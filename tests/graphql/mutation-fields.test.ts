import { execute, GraphQLObjectType, GraphQLSchema, GraphQLString, parse } from 'graphql';
import { Forbidden } from '../../src/domain/refusals';
import { renewReadsAfterMutations } from '../../src/graphql/access/mutation-fields';
import type { OperationContext } from '../../src/graphql/context';

/** What has been looked up, and for which field in turn: without any other guard around it. */
function contextWithReads() {
  let made = 0;
  const reads = (): OperationContext['reads'] => {
    const number = (made += 1);
    return { number, renewed: reads } as unknown as OperationContext['reads'];
  };
  return { reads: reads() } as OperationContext;
}

const numberOf = ({ reads }: OperationContext) => (reads as unknown as { number: number }).number;

const fieldOf = (resolve: (context: OperationContext) => unknown) => ({
  type: GraphQLString,
  resolve: (_source: unknown, _args: unknown, context: OperationContext) => resolve(context),
});

/** The answer to `mutation { first second }`, where `second` says whose reads it has. */
async function answerTo(first: (context: OperationContext) => unknown) {
  const schema = renewReadsAfterMutations(
    new GraphQLSchema({
      query: new GraphQLObjectType({ name: 'Query', fields: { none: { type: GraphQLString } } }),
      mutation: new GraphQLObjectType({
        name: 'Mutation',
        fields: { first: fieldOf(first), second: fieldOf((context) => String(numberOf(context))) },
      }),
    }),
  );
  const contextValue = contextWithReads();
  const result = await execute({ schema, document: parse('mutation { first second }'), contextValue });
  return { second: result.data?.second, errors: (result.errors ?? []).length, after: numberOf(contextValue) };
}

describe('A8 what an operation has looked up is dropped after each of its mutation fields, whatever became of it', () => {
  test.each<[what: string, first: (context: OperationContext) => unknown, errors: number]>([
    ['it was done', () => Promise.resolve('done'), 0],
    ['it was done at once', () => 'done', 0],
    ['it failed', () => Promise.reject(new Error('away')), 1],
    [
      'it failed at once',
      () => {
        throw new Error('away');
      },
      1,
    ],
    ['it was refused', () => Promise.reject(new Forbidden()), 1],
  ])('where %s', async (_, first, errors) => {
    expect(await answerTo(first)).toEqual({ second: '2', errors, after: 3 });
  });
});
