import { GraphQLError } from 'graphql';

/** An operation, an event of a subscription, or all live operations of a user together cost more than they may. */
export class CostLimitExceeded extends GraphQLError {
  private constructor(sentence: string) {
    super(sentence, { extensions: { code: 'COST_LIMIT_EXCEEDED' } });
  }

  static ofOperation(cost: number, limit: number): CostLimitExceeded {
    // Fragments that spread each other can come to more than can be told.
    const howMuch = Number.isSafeInteger(cost) ? `${cost}, and at most ${limit} is allowed` : `more than ${limit}`;
    return new CostLimitExceeded(`The operation costs ${howMuch}. Ask for fewer things at a time.`);
  }

  static ofLiveOperations(limit: number): CostLimitExceeded {
    return new CostLimitExceeded(
      `The live operations of a user may together cost at most ${limit} for each event. End some, or ask for fewer things.`,
    );
  }
}

/** The one that is the reason for an error of an answer, if any. */
export function costLimitExceededIn(errors: readonly GraphQLError[] | undefined): CostLimitExceeded | null {
  for (const { originalError } of errors ?? []) if (originalError instanceof CostLimitExceeded) return originalError;
  return null;
}
