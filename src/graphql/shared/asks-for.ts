import { type FieldNode, type GraphQLResolveInfo, Kind, type SelectionSetNode } from 'graphql';

/** Answers that hold for as long as the nodes do, which a plan keeps. */
const known = new WeakMap<readonly FieldNode[], Map<string, boolean>>();

/**
 * Whether the operation asks the object that this field leads to for its field `name`. Conditions (@skip, @include) do not
 * count: it is for reading ahead, and may be wrong that way.
 */
export function asksFor({ fieldNodes, fragments }: GraphQLResolveInfo, name: string): boolean {
  const names = known.get(fieldNodes) ?? new Map<string, boolean>();
  known.set(fieldNodes, names);
  const asks =
    names.get(name) ?? fieldNodes.some(({ selectionSet }) => selects(selectionSet, name, fragments, new Set()));
  names.set(name, asks);
  return asks;
}

function selects(
  set: SelectionSetNode | undefined,
  name: string,
  fragments: GraphQLResolveInfo['fragments'],
  seen: Set<SelectionSetNode>,
): boolean {
  if (!set || seen.has(set)) return false;
  seen.add(set);
  return set.selections.some((selection) => {
    if (selection.kind === Kind.FIELD) return selection.name.value === name;
    const inner = selection.kind === Kind.FRAGMENT_SPREAD ? fragments[selection.name.value] : selection;
    return selects(inner?.selectionSet, name, fragments, seen);
  });
}
