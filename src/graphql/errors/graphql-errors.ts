import { GraphQLError } from 'graphql';

/** There is no viewer where one is needed. */
export function unauthenticated(message = 'Sign in first: this needs a valid bearer token.'): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'UNAUTHENTICATED' } });
}

export function badInput(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } });
}

/** A billing control that is closed for another reason than who asks. */
export function controlUnavailable(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'CONTROL_UNAVAILABLE' } });
}

/** What is thrown as an error that can be told to a caller. */
export function asGraphQLError(error: Error): GraphQLError {
  return error instanceof GraphQLError ? error : new GraphQLError(error.message, { originalError: error });
}
