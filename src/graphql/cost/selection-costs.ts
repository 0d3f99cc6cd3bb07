import {
  type ArgumentNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  getDirectiveValues,
  getNamedType,
  getNullableType,
  type GraphQLField,
  GraphQLIncludeDirective,
  type GraphQLNamedType,
  type GraphQLSchema,
  GraphQLSkipDirective,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  SchemaMetaFieldDef,
  type SelectionNode,
  type SelectionSetNode,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
  visit,
} from 'graphql';
import { entriesGiven } from './list-lengths';

/** How long a list is taken to be where nothing says it; a page's default too. */
const USUAL_LIST = 20;

/** What a mutation's field costs by itself: a transaction, and not a look-up. */
const A_CHANGE = 10;

/**
 * Characters of a name that count as one. The answer repeats an alias for each value of its field, and in the path of each error below
 * it.
 */
const A_NAME = 256;

/** What a selection costs: about the number of fields in its answer. */
export interface Cost {
  /** With lists as long as they usually are. */
  readonly expected: number;
  /** With nothing in the lists that are charged when they have been read (see `chargeLists`). */
  readonly certain: number;
  /** What one item more in each list that stands directly in it would add to what is expected. */
  readonly ofItems: number;
}

export type KnownCosts = Map<SelectionSetNode, Cost>;

/** What the cost of a selection may depend on. */
export interface CostScope {
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  /** As they have been coerced. */
  readonly variables: Readonly<Record<string, unknown>>;
  /** Costs that hold for these variables. */
  readonly known: KnownCosts;
}

const NOTHING: Cost = { expected: 0, certain: 0, ofItems: 0 };

/**
 * Costs of selections of validated documents. What depends on no variable is counted once for as long as the document is kept. Each
 * fragment is counted once, however often it is spread.
 */
export class SelectionCosts {
  private readonly fixed = new WeakMap<SelectionSetNode, Cost>();
  private readonly variable = new WeakMap<SelectionSetNode, boolean>();
  private readonly fragments = new WeakMap<DocumentNode, CostScope['fragments']>();

  constructor(private readonly schema: GraphQLSchema) {}

  ofOperation(
    document: DocumentNode,
    { operation, selectionSet }: OperationDefinitionNode,
    variables: CostScope['variables'],
    known: KnownCosts,
  ): Cost {
    const type = this.schema.getRootType(operation);
    if (!type) return NOTHING;
    return this.of(selectionSet, type, { fragments: this.fragmentsOf(document), variables, known });
  }

  of(set: SelectionSetNode, type: GraphQLNamedType, scope: CostScope): Cost {
    const held = this.fixed.get(set) ?? scope.known.get(set);
    if (held) return held;
    const cost = { ...NOTHING };
    for (const selection of set.selections) {
      if (!isIncluded(selection, scope.variables)) continue;
      const { expected, certain, ofItems } = this.ofSelection(selection, type, scope);
      cost.expected += expected;
      cost.certain += certain;
      cost.ofItems += ofItems;
    }
    if (this.dependsOnVariables(set, scope.fragments)) scope.known.set(set, cost);
    else this.fixed.set(set, cost);
    return cost;
  }

  private ofSelection(selection: SelectionNode, type: GraphQLNamedType, scope: CostScope): Cost {
    if (selection.kind === Kind.FIELD) return this.ofField(selection, type, scope);
    const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? scope.fragments[selection.name.value] : selection;
    const condition = fragment?.typeCondition && this.schema.getType(fragment.typeCondition.name.value);
    return fragment ? this.of(fragment.selectionSet, condition ?? type, scope) : NOTHING;
  }

  private ofField(node: FieldNode, type: GraphQLNamedType, scope: CostScope): Cost {
    const factor = weightOfName((node.alias ?? node.name).value);
    const field = fieldOf(node, type);
    // graphql-js bounds introspection, which production does not have.
    if (!field) return { expected: factor, certain: factor, ofItems: 0 };
    const entries = entriesGiven(field, node, scope.variables);
    const itself = (type === this.schema.getMutationType() ? A_CHANGE : 1) * (1 + entries);
    const below = node.selectionSet ? this.of(node.selectionSet, getNamedType(field.type), scope) : NOTHING;
    // What is given in a list is answered in one.
    const expectedBelow = below.expected + Math.max(entries - USUAL_LIST, 0) * below.ofItems;
    const isList = isChargedWhenRead(type, field);
    const page = pageSize(field, node, scope.variables) ?? 1;
    return {
      expected: (itself + (isList ? USUAL_LIST : page) * expectedBelow) * factor,
      certain: (itself + (isList ? 0 : page) * below.certain) * factor,
      ofItems: isList ? expectedBelow * factor : 0,
    };
  }

  private fragmentsOf(document: DocumentNode): CostScope['fragments'] {
    const held = this.fragments.get(document);
    if (held) return held;
    const fragments: Record<string, FragmentDefinitionNode> = Object.create(null) as never;
    for (const definition of document.definitions)
      if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments[definition.name.value] = definition;
    this.fragments.set(document, fragments);
    return fragments;
  }

  /** Whether it uses a variable, itself or in a fragment that it spreads. */
  private dependsOnVariables(set: SelectionSetNode, fragments: CostScope['fragments']): boolean {
    const held = this.variable.get(set);
    if (held !== undefined) return held;
    // A fragment never spreads itself in a document that is valid.
    let depends = false;
    visit(set, {
      Variable() {
        depends = true;
      },
      FragmentSpread: ({ name }) => {
        const fragment = fragments[name.value];
        depends ||= fragment !== undefined && this.dependsOnVariables(fragment.selectionSet, fragments);
      },
    });
    this.variable.set(set, depends);
    return depends;
  }
}

/** How often a name counts, and with it all that is below. */
export function weightOfName(name: string): number {
  return 1 + Math.floor(name.length / A_NAME);
}

/** Whether the field leads to a list of which nobody knows how long it is before it has been read. */
export function isChargedWhenRead(parent: GraphQLNamedType, field: GraphQLField<unknown, unknown>): boolean {
  return isListType(getNullableType(field.type)) && !isPaged(field) && !isPage(parent);
}

/** Whether the field says itself how much is asked for. */
export function isPaged({ args }: GraphQLField<unknown, unknown>): boolean {
  return args.some(({ name }) => name === 'first');
}

/** A page: its lists are as long as the field that leads to it was asked for. */
export function isPage(type: GraphQLNamedType): boolean {
  if (!isObjectType(type) && !isInterfaceType(type)) return false;
  const fields = type.getFields();
  // A connection, or a page of a feed.
  return 'pageInfo' in fields || ('nodes' in fields && 'hasNextPage' in fields);
}

function fieldOf({ name }: FieldNode, type: GraphQLNamedType): GraphQLField<unknown, unknown> | null {
  const isMeta = [SchemaMetaFieldDef, TypeMetaFieldDef, TypeNameMetaFieldDef].some((meta) => meta.name === name.value);
  if (isMeta || !(isObjectType(type) || isInterfaceType(type))) return null;
  return type.getFields()[name.value] ?? null;
}

/** Null for a field that has no pages. */
function pageSize(
  field: GraphQLField<unknown, unknown>,
  { arguments: given = [] }: FieldNode,
  variables: CostScope['variables'],
): number | null {
  const definition = field.args.find(({ name }) => name === 'first');
  if (!definition) return null;
  const first =
    numberOf(
      given.find(({ name }) => name.value === 'first'),
      variables,
    ) ?? definition.defaultValue;
  return typeof first === 'number' ? Math.max(first, 0) : USUAL_LIST;
}

function numberOf(argument: ArgumentNode | undefined, variables: CostScope['variables']): unknown {
  if (argument?.value.kind === Kind.INT) return Number(argument.value.value);
  if (argument?.value.kind === Kind.VARIABLE) return variables[argument.value.name.value];
  return undefined;
}

function isIncluded(selection: SelectionNode, variables: CostScope['variables']): boolean {
  if (!selection.directives?.length) return true;
  try {
    return (
      getDirectiveValues(GraphQLSkipDirective, selection, variables)?.if !== true &&
      getDirectiveValues(GraphQLIncludeDirective, selection, variables)?.if !== false
    );
  } catch {
    // A variable that is null although it has a default: it is counted, and not executed.
    return true;
  }
}
