import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import type { Viewer } from '../../domain/viewer';
import { CostLimitExceeded } from '../../graphql/errors/cost-limit-exceeded';
import { type Cost, SelectionCosts } from '../../graphql/cost/selection-costs';
import type { Limits } from './limits';
import { isService } from './request-rates';

/** Whether a request wants to know its cost: with `"extensions": { "cost": true }`. */
export function asksForCost(extensions: Readonly<Record<string, unknown>> | null | undefined): boolean {
  return extensions?.cost === true;
}

/**
 * What an operation costs, before it is executed: about the number of fields in its answer. A field costs 1, and what is below
 * a list counts as often as the list usually is long, or as `first` says. What a list really holds is charged when it has been read
 * (see `chargeLists`).
 */
export class OperationCosts {
  private readonly selections: SelectionCosts;

  constructor(
    schema: GraphQLSchema,
    private readonly limits: Pick<Limits, 'cost' | 'serviceCost'>,
  ) {
    this.selections = new SelectionCosts(schema);
  }

  /** Of a validated document, with variables that have been coerced. */
  of(document: DocumentNode, operation: OperationDefinitionNode, variables: Readonly<Record<string, unknown>>): Cost {
    return this.selections.ofOperation(document, operation, variables, new Map());
  }

  /** What one operation of this caller may cost. */
  limitOf(viewer: Viewer | null): number {
    return viewer && isService(viewer) ? this.limits.serviceCost : this.limits.cost;
  }
}

/** What an operation is taken to cost as long as nothing has been read. */
export function costBeforehand({ expected, certain }: Cost): number {
  return Math.max(expected, certain);
}

/** Why an operation of this cost is not executed, or null. */
export function refuseCost(cost: number, limit: number): CostLimitExceeded | null {
  return cost <= limit ? null : CostLimitExceeded.ofOperation(cost, limit);
}
