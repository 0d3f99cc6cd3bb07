import {
  type DocumentNode,
  type ExecutionResult,
  type FieldNode,
  getDirectiveValues,
  getVariableValues,
  type GraphQLError,
  GraphQLIncludeDirective,
  type GraphQLSchema,
  GraphQLSkipDirective,
  isNonNullType,
  Kind,
  locatedError,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  TypeNameMetaFieldDef,
} from 'graphql';
import type { Viewer } from '../../domain/viewer';
import type { TokenGuard } from './guards';

type Variables = Readonly<Record<string, unknown>>;

/**
 * The answer to an operation of which the caller's token opens no root field, or null if it opens one. It is what the execution
 * would answer, but of the variables only those of @skip and @include are looked at.
 */
export function refusedByToken(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  viewer: Viewer | null,
  variables: Variables,
): ExecutionResult | null {
  const type = schema.getRootType(operation.operation);
  const definitions = type?.getFields() ?? {};
  const isTypeName = ({ name }: FieldNode) => name.value === TypeNameMetaFieldDef.name;
  const refusal = ({ name }: FieldNode): unknown => {
    try {
      (definitions[name.value]?.extensions.tokenGuard as TokenGuard | undefined)?.(viewer);
      return null;
    } catch (error) {
      return error;
    }
  };

  const asked = rootFields(document, operation.selectionSet).filter((node) => !isTypeName(node));
  if (asked.length === 0 || asked.some((node) => refusal(node) === null)) return null;

  const included = includedRootFields(schema, document, operation, variables);
  if (!included) return null;
  const byName = new Map<string, FieldNode[]>();
  for (const node of included) {
    const name = (node.alias ?? node.name).value;
    byName.set(name, [...(byName.get(name) ?? []), node]);
  }
  const data: Record<string, unknown> = {};
  const errors: GraphQLError[] = [];
  for (const [name, nodes] of byName) {
    const node = nodes[0]!;
    data[name] = isTypeName(node) ? type?.name : null;
    if (isTypeName(node)) continue;
    errors.push(locatedError(refusal(node), nodes, [name]));
    if (isNonNullType(definitions[node.name.value]?.type)) return { errors, data: null };
  }
  return errors.length === 0 ? { data } : { errors, data };
}

/** Null if a condition can't be decided: the execution says why. */
function includedRootFields(
  schema: GraphQLSchema,
  document: DocumentNode,
  { selectionSet, variableDefinitions = [] }: OperationDefinitionNode,
  variables: Variables,
): FieldNode[] | null {
  const booleans = variableDefinitions.filter(({ type }) => {
    const named = type.kind === Kind.NON_NULL_TYPE ? type.type : type;
    return named.kind === Kind.NAMED_TYPE && named.name.value === 'Boolean';
  });
  const { coerced } = getVariableValues(schema, booleans, variables, { maxErrors: 1 });
  if (!coerced) return null;
  try {
    return rootFields(
      document,
      selectionSet,
      (selection) =>
        getDirectiveValues(GraphQLSkipDirective, selection, coerced)?.if !== true &&
        getDirectiveValues(GraphQLIncludeDirective, selection, coerced)?.if !== false,
    );
  } catch {
    return null;
  }
}

/** The root fields of an operation, those in fragments as well. */
function rootFields(
  document: DocumentNode,
  root: SelectionSetNode,
  isIncluded: (selection: SelectionNode) => boolean = () => true,
): FieldNode[] {
  const fields: FieldNode[] = [];
  const spread = new Set<string>();
  const collect = ({ selections }: SelectionSetNode): void => {
    for (const selection of selections) {
      if (!isIncluded(selection)) continue;
      if (selection.kind === Kind.FIELD) fields.push(selection);
      if (selection.kind === Kind.INLINE_FRAGMENT) collect(selection.selectionSet);
      if (selection.kind !== Kind.FRAGMENT_SPREAD || spread.has(selection.name.value)) continue;
      spread.add(selection.name.value);
      for (const definition of document.definitions)
        if (definition.kind === Kind.FRAGMENT_DEFINITION && definition.name.value === selection.name.value)
          collect(definition.selectionSet);
    }
  };
  collect(root);
  return fields;
}
