import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  getArgumentValues,
  getDirectiveValues,
  type GraphQLDirective,
  type GraphQLField,
  GraphQLIncludeDirective,
  type GraphQLObjectType,
  type GraphQLSchema,
  GraphQLSkipDirective,
  getNamedType,
  isAbstractType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionSetNode,
  TypeNameMetaFieldDef,
  visit,
} from 'graphql';
import { completionOf } from './complete';
import type { FieldPlan, Plan } from './field-plan';

type Variables = Readonly<Record<string, unknown>>;

/** A document may spread one fragment in many places; what would come to more fields than this is left to graphql-js. */
const MOST_FIELDS = 2_000;

/** What a plan can't do; graphql-js can. */
class Unplanned extends Error {}

/**
 * The plan of a validated query or mutation, or null if graphql-js has to execute it. `variables` decide the @skip and @include in it
 * and nothing else: the plan holds for every execution in which those that `conditionVariables` names are the same.
 */
export function planOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Variables,
): Plan | null {
  const fragments: Record<string, FragmentDefinitionNode> = Object.create(null) as never;
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments[definition.name.value] = definition;
  const root = schema.getRootType(operation.operation);
  if (operation.operation === OperationTypeNode.SUBSCRIPTION || !root) return null;
  try {
    const planner = new Planner(schema, fragments, variables);
    const fields = planner.fieldsOf(root, [operation.selectionSet]);
    return { operation, fragments, fields, size: planner.planned };
  } catch (error) {
    if (error instanceof Unplanned) return null;
    throw error;
  }
}

/** The variables in a @skip or an @include of the document. */
export function conditionVariables(document: DocumentNode): readonly string[] {
  const names = new Set<string>();
  visit(document, {
    Directive(directive) {
      for (const { value } of directive.arguments ?? []) if (value.kind === Kind.VARIABLE) names.add(value.name.value);
    },
  });
  return [...names];
}

class Planner {
  planned = 0;

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>,
    private readonly variables: Variables,
  ) {}

  fieldsOf(type: GraphQLObjectType, sets: readonly SelectionSetNode[]): FieldPlan[] {
    const grouped = new Map<string, FieldNode[]>();
    const spread = new Set<string>();
    for (const set of sets) this.collect(type, set, grouped, spread);
    return [...grouped].map(([responseName, nodes]) => this.fieldOf(type, responseName, nodes));
  }

  private fieldOf(parentType: GraphQLObjectType, responseName: string, nodes: FieldNode[]): FieldPlan {
    this.planned += 1;
    const name = nodes[0]!.name.value;
    const isTypeName = name === TypeNameMetaFieldDef.name;
    const definition = isTypeName ? TypeNameMetaFieldDef : parentType.getFields()[name];
    // Introspection has fields of its own; and an answer's objects are plain ones, to which this name means something.
    if (!definition || this.planned > MOST_FIELDS || responseName === '__proto__') throw new Unplanned();
    const named = getNamedType(definition.type);
    if (isAbstractType(named)) throw new Unplanned();
    return {
      responseName,
      definition,
      nodes,
      parentType,
      isTypeName,
      isNonNull: isNonNullType(definition.type),
      args: constantArguments(definition, nodes[0]!),
      complete: completionOf(definition.type),
      fields: isObjectType(named)
        ? this.fieldsOf(
            named,
            nodes.flatMap(({ selectionSet }) => selectionSet ?? []),
          )
        : null,
    };
  }

  private collect(
    type: GraphQLObjectType,
    set: SelectionSetNode,
    grouped: Map<string, FieldNode[]>,
    spread: Set<string>,
  ): void {
    for (const selection of set.selections) {
      if (!this.isIncluded(selection)) continue;
      switch (selection.kind) {
        case Kind.FIELD: {
          const name = (selection.alias ?? selection.name).value;
          grouped.set(name, [...(grouped.get(name) ?? []), selection]);
          break;
        }
        case Kind.INLINE_FRAGMENT:
          this.requireType(type, selection.typeCondition?.name.value);
          this.collect(type, selection.selectionSet, grouped, spread);
          break;
        case Kind.FRAGMENT_SPREAD: {
          const fragment = this.fragments[selection.name.value];
          if (!fragment) throw new Unplanned();
          if (spread.has(fragment.name.value)) break;
          spread.add(fragment.name.value);
          this.requireType(type, fragment.typeCondition.name.value);
          this.collect(type, fragment.selectionSet, grouped, spread);
        }
      }
    }
  }

  private requireType(type: GraphQLObjectType, condition: string | undefined): void {
    if (condition !== undefined && this.schema.getType(condition) !== type) throw new Unplanned();
  }

  private isIncluded(node: Parameters<typeof getDirectiveValues>[1]): boolean {
    if (!node.directives?.length) return true;
    if (this.condition(GraphQLSkipDirective, node) === true) return false;
    return this.condition(GraphQLIncludeDirective, node) !== false;
  }

  private condition(directive: GraphQLDirective, node: Parameters<typeof getDirectiveValues>[1]): unknown {
    try {
      return getDirectiveValues(directive, node, this.variables)?.if;
    } catch {
      // A variable that is null despite its default: graphql-js reports it at the field that has it in its selection.
      throw new Unplanned();
    }
  }
}

function constantArguments(definition: GraphQLField<unknown, unknown>, node: FieldNode): FieldPlan['args'] {
  let depends = false;
  for (const argument of node.arguments ?? [])
    visit(argument, {
      Variable() {
        depends = true;
      },
    });
  if (depends) return null;
  try {
    return Object.freeze(getArgumentValues(definition, node));
  } catch {
    return null;
  }
}
