import type { GraphQLError, GraphQLFormattedError } from 'graphql';
import { type ReportInternal, wireError } from '../../graphql/errors/wire-error';

/** An error of this request as it leaves the service. */
export type FormatError = (error: GraphQLError, requestId: string) => GraphQLFormattedError;

/** The same on every transport. In production nobody is told what else the schema has. */
export function createErrorFormat(report: ReportInternal, production: boolean): FormatError {
  if (!production) return (error, requestId) => wireError(error, { requestId, report });
  return (error, requestId) => {
    const { message, ...rest } = wireError(error, { requestId, report });
    return { message: message.replace(/\s*Did you mean .*\?$/s, ''), ...rest };
  };
}
