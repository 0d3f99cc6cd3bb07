import type {
  FieldNode,
  FragmentDefinitionNode,
  GraphQLError,
  GraphQLField,
  GraphQLObjectType,
  GraphQLResolveInfo,
  GraphQLSchema,
  OperationDefinitionNode,
} from 'graphql';

export type Path = GraphQLResolveInfo['path'];

/** A field of an operation with everything that is the same each time it is executed. */
export interface FieldPlan {
  readonly responseName: string;
  readonly definition: GraphQLField<unknown, unknown>;
  readonly nodes: readonly FieldNode[];
  readonly parentType: GraphQLObjectType;
  /** Whether it is `__typename`, which every object of a plan answers alike. */
  readonly isTypeName: boolean;
  readonly isNonNull: boolean;
  /** Null if they depend on variables, or are faulty and to be told so when the field is executed. */
  readonly args: Readonly<Record<string, unknown>> | null;
  readonly complete: Complete;
  /** The selection on the field's objects. Null for a leaf. */
  readonly fields: readonly FieldPlan[] | null;
}

export interface Plan {
  readonly operation: OperationDefinitionNode;
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  readonly fields: readonly FieldPlan[];
  /** Fields at all levels. */
  readonly size: number;
}

/** One execution of a plan. */
export interface Run {
  readonly schema: GraphQLSchema;
  readonly plan: Plan;
  readonly rootValue: unknown;
  readonly contextValue: unknown;
  readonly variableValues: Record<string, unknown>;
  readonly errors: GraphQLError[];
  /** The path where an error has made a null. Undefined means the whole response. */
  readonly nulled: Set<Path | undefined>;
}

/** Completes a field's resolved value. Throws the field's error. */
export type Complete = (run: Run, plan: FieldPlan, path: Path, value: unknown) => unknown;
