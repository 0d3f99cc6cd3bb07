import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { BadInput, Forbidden, Unavailable } from '../../domain/refusals';
import { cutText } from '../../domain/text';

/** A message may quote what a client has sent, at any length. Ours are shorter. */
export const LONGEST_MESSAGE = 500;

/** Called with an internal error and the id of the request. The caller gets that id as the reference (X1). */
export type ReportInternal = (error: unknown, requestId: string) => void;

/** An error of this request as it leaves the service, the same on every transport. */
export type FormatError = (error: GraphQLError, requestId: string) => GraphQLFormattedError;

/** Where an error came up, and who hears of it. */
export interface ErrorContext {
  readonly requestId: string;
  readonly report: ReportInternal;
}

/**
 * An error as it leaves the service, on every transport (X1, X2): a code, a message for people, and of what is nobody's
 * business only a reference to the log.
 */
export function wireError(error: GraphQLError, context: ErrorContext): GraphQLFormattedError {
  const place = { locations: error.locations, path: error.path };
  const { code, message, extensions } = tell(error, context);
  return withoutUndefined({
    message: cutText(message, LONGEST_MESSAGE),
    ...place,
    extensions: { code, ...extensions },
  });
}

interface Told {
  readonly code: string;
  readonly message: string;
  readonly extensions?: Record<string, unknown>;
}

function tell(error: GraphQLError, { requestId: reference, report }: ErrorContext): Told {
  const cause = rootCause(error);
  if (cause instanceof Forbidden) return { code: 'FORBIDDEN', message: cause.message };
  if (cause instanceof BadInput) return { code: 'BAD_USER_INPUT', message: cause.message };
  if (cause instanceof Unavailable) {
    report(cause, reference);
    const message = 'The service is temporarily not available. Repeat the call in a moment.';
    return { code: 'SERVICE_UNAVAILABLE', message, extensions: { reference } };
  }
  if (cause instanceof GraphQLError) {
    const code = codeOf(cause) ?? codeOf(error) ?? codeOfRequestError(error, cause);
    const { retryAfter } = cause.extensions;
    if (code !== null && code !== 'INTERNAL_SERVER_ERROR')
      return { code, message: cause.message, ...(typeof retryAfter === 'number' && { extensions: { retryAfter } }) };
  }
  report(cause, reference);
  return {
    code: 'INTERNAL_SERVER_ERROR',
    message: `Something went wrong on our side. Tell us the reference ${reference} if it keeps happening.`,
    extensions: { reference },
  };
}

/** The innermost error: graphql-js wraps what a resolver throws to note where. */
function rootCause(error: GraphQLError): unknown {
  let cause: unknown = error;
  while (cause instanceof GraphQLError && cause.originalError && codeOf(cause) === undefined)
    cause = cause.originalError;
  // A message about a variable names it, and the scalar's own error inside of it does not.
  return cause instanceof GraphQLError && error.path === undefined ? error : cause;
}

function codeOf(error: GraphQLError): string | undefined {
  return typeof error.extensions.code === 'string' ? error.extensions.code : undefined;
}

/**
 * graphql-js gives its own errors no code. Those without a path are about the request itself, and those that point into the
 * document are about an argument; what is left (a value that a scalar can't serialise) is our fault.
 */
function codeOfRequestError(error: GraphQLError, cause: GraphQLError): string | null {
  if (error.path === undefined || cause.nodes !== undefined) return 'BAD_USER_INPUT';
  return null;
}

function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as T;
}
