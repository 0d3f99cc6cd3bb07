import {
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  OperationTypeNode,
  type SelectionSetNode,
} from 'graphql';

/**
 * Why the document can't be validated, or null. A root field of a subscription under @skip or @include may be none at all, and
 * graphql-js throws where it looks for the one field that a subscription must have.
 */
export function refuseConditionalSubscription(document: DocumentNode): GraphQLError | null {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);

  const seen = new Set<SelectionSetNode>();
  const isConditional = (set: SelectionSetNode | undefined): boolean => {
    if (!set || seen.has(set)) return false;
    seen.add(set);
    return set.selections.some((selection) => {
      if (selection.directives?.some(({ name }) => name.value === 'skip' || name.value === 'include')) return true;
      if (selection.kind === Kind.INLINE_FRAGMENT) return isConditional(selection.selectionSet);
      return (
        selection.kind === Kind.FRAGMENT_SPREAD && isConditional(fragments.get(selection.name.value)?.selectionSet)
      );
    });
  };

  const isRefused = document.definitions.some(
    (definition) =>
      definition.kind === Kind.OPERATION_DEFINITION &&
      definition.operation === OperationTypeNode.SUBSCRIPTION &&
      isConditional(definition.selectionSet),
  );
  if (!isRefused) return null;
  return new GraphQLError("A subscription's root field can't be under @skip or @include.", {
    extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
  });
}
