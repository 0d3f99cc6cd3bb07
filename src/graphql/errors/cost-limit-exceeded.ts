import { GraphQLError } from 'graphql';

/** An operation, or an event of a subscription, costs more than it may. */
export class CostLimitExceeded extends GraphQLError {
  constructor(cost: number, limit: number) {
    // Fragments that spread each other can come to more than can be told.
    const howMuch = Number.isSafeInteger(cost) ? `${cost}, and at most ${limit} is allowed` : `more than ${limit}`;
    super(`The operation costs ${howMuch}. Ask for fewer things at a time.`, {
      extensions: { code: 'COST_LIMIT_EXCEEDED' },
    });
  }
}

/** The one that is the reason for an error of an answer, if any. */
export function costLimitExceededIn(errors: readonly GraphQLError[] | undefined): CostLimitExceeded | null {
  for (const { originalError } of errors ?? []) if (originalError instanceof CostLimitExceeded) return originalError;
  return null;
}
