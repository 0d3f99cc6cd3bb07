import type { ExecutionResult } from 'graphql';
import type { OperationContext, BaseContext } from '../context';
import { Budget } from './budget';

/** What one answer may still cost. */
export function budgetOf({ costLimit, certainCost, liveCost }: BaseContext): Budget {
  return new Budget(costLimit, certainCost, liveCost);
}

/** The answer, which says what it has cost where that is asked for. */
export function tellCost(result: ExecutionResult, { tellsCost, budget }: OperationContext): ExecutionResult {
  if (!tellsCost) return result;
  return { ...result, extensions: { ...result.extensions, cost: { value: budget.spent, limit: budget.limit } } };
}
