import {
  type DocumentNode,
  type ExecutionResult,
  getNullableType,
  getOperationAST,
  getVariableValues,
  GraphQLError,
  type GraphQLSchema,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
  visit,
} from 'graphql';
import { type ComplexityEstimator, type ComplexityEstimatorArgs, getComplexity } from 'graphql-query-complexity';
import { conditionVariables } from '../../graphql/execution/plan';
import { givenValues } from '../../graphql/shared/given-values';

/** How many a list is taken to have where nothing says how many are asked for; a page's default too. */
const USUAL_LIST = 20;

/** What a mutation's field costs by itself: a transaction, and not a look-up. */
const A_CHANGE = 10;

/** Costs that are kept for one document: one for each set of variables that they depend on. */
const MOST_KEPT = 32;

interface Costed {
  /** The variables that the cost depends on. */
  readonly deciding: readonly string[];
  readonly costs: Map<string, number>;
}

type Variables = Readonly<Record<string, unknown>> | null | undefined;

/** Whether a request wants to know its cost: with `"extensions": { "cost": true }`. */
export function asksForCost(extensions: Readonly<Record<string, unknown>> | null | undefined): boolean {
  return extensions?.cost === true;
}

/**
 * What an operation costs, before it is executed: about the number of fields in its answer. A field costs 1, and what is below
 * a list counts as often as the list is long: as `first` says, or `USUAL_LIST`. Documents must have been validated.
 */
export class OperationCosts {
  private readonly known = new WeakMap<DocumentNode, Costed>();

  constructor(
    private readonly schema: GraphQLSchema,
    readonly limit: number,
  ) {}

  /** Null where the variables don't fit the operation, which is then not executed. */
  of(document: DocumentNode, operationName: string | null | undefined, variables: Variables): number | null {
    const costed = this.known.get(document) ?? {
      deciding: decidingVariables(document),
      costs: new Map<string, number>(),
    };
    this.known.set(document, costed);
    const { deciding, costs } = costed;
    const key = JSON.stringify([operationName, ...givenValues(deciding, variables)]);
    const held = costs.get(key);
    if (held !== undefined) return held;
    const cost = this.count(document, operationName, variables);
    if (cost !== null && costs.size < MOST_KEPT) costs.set(key, cost);
    return cost;
  }

  /** Why the operation is not executed, or null. */
  refuse(...operation: Parameters<OperationCosts['of']>): GraphQLError | null {
    const cost = this.of(...operation);
    if (cost === null || cost <= this.limit) return null;
    const howMuch = cost === Infinity ? `more than ${this.limit}` : `${cost}, and at most ${this.limit} is allowed`;
    return new GraphQLError(`The operation costs ${howMuch}. Ask for fewer things at a time.`, {
      extensions: { code: 'COST_LIMIT_EXCEEDED', http: { status: 400 } },
    });
  }

  /** An answer that says what it cost. */
  tell(result: ExecutionResult, ...operation: Parameters<OperationCosts['of']>): ExecutionResult {
    const cost = { value: this.of(...operation), limit: this.limit };
    return { ...result, extensions: { ...result.extensions, cost } };
  }

  private count(document: DocumentNode, operationName: string | null | undefined, variables: Variables): number | null {
    const definitions = getOperationAST(document, operationName)?.variableDefinitions ?? [];
    if (getVariableValues(this.schema, definitions, variables ?? {}).errors) return null;
    const options = { schema: this.schema, query: document, estimators: [this.estimate] };
    try {
      return getComplexity({ ...options, variables: { ...variables }, ...(operationName && { operationName }) });
    } catch (error) {
      // An argument that is null and must not be: its field is not executed. Else there are too many fields to count.
      return error instanceof GraphQLError && error.nodes ? null : Infinity;
    }
  }

  private readonly estimate: ComplexityEstimator = ({ type, field, args, childComplexity }) => {
    // graphql-js bounds introspection itself, and in production there is none.
    if (field === SchemaMetaFieldDef || field === TypeMetaFieldDef) return 1;
    const itself = type === this.schema.getMutationType() ? A_CHANGE : 1;
    return itself + listSize(type, field, args) * childComplexity;
  };
}

function listSize(
  type: ComplexityEstimatorArgs['type'],
  field: ComplexityEstimatorArgs['field'],
  args: Record<string, unknown>,
): number {
  if (field.args.some(({ name }) => name === 'first'))
    return typeof args.first === 'number' ? Math.max(args.first, 0) : USUAL_LIST;
  // The lists of a connection are as long as its field was asked for.
  const isConnection = (isObjectType(type) || isInterfaceType(type)) && 'pageInfo' in type.getFields();
  return isListType(getNullableType(field.type)) && !isConnection ? USUAL_LIST : 1;
}

function decidingVariables(document: DocumentNode): readonly string[] {
  const names = new Set(conditionVariables(document));
  visit(document, {
    Argument({ name, value }) {
      if (name.value === 'first' && value.kind === Kind.VARIABLE) names.add(value.name.value);
    },
  });
  return [...names];
}
