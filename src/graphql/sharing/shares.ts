import { createHash } from 'node:crypto';
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';

/** Say where a subscriber left off: once it has caught up they make no difference any more. */
const RESUMING = new Set(['afterVersion', 'afterSequence']);

/** The key of a subscription is stored several times while it lives. A key longer than this is replaced by a hash. */
const LONGEST = 512;

interface Known {
  readonly number: number;
  readonly dependsOnViewer: boolean;
  readonly variables: ReadonlyMap<OperationDefinitionNode, readonly string[]>;
}

/**
 * Tells which subscriptions get the same answers as long as their viewers are the same to the organization: those with the same
 * document, operation, and variables that the selection uses. Null for what depends on the viewer. Documents must have been
 * validated; those that are kept parsed are known again.
 */
export function createShares(schema: GraphQLSchema) {
  const known = new WeakMap<DocumentNode, Known>();
  let documents = 0;
  /** What was said last: a group that comes shares one text. */
  let last = '';

  const know = (document: DocumentNode): Known => {
    const fragments = new Map<string, FragmentDefinitionNode>();
    const operations: OperationDefinitionNode[] = [];
    for (const definition of document.definitions) {
      if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
      if (definition.kind === Kind.OPERATION_DEFINITION) operations.push(definition);
    }
    return {
      number: ++documents,
      dependsOnViewer: dependsOnViewer(schema, document),
      variables: new Map(operations.map((operation) => [operation, usedVariables(operation, fragments)])),
    };
  };

  return (
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Readonly<Record<string, unknown>> | null | undefined,
  ): string | null => {
    const { number, dependsOnViewer: isPersonal, variables: used } = known.get(document) ?? know(document);
    if (!known.has(document)) known.set(document, { number, dependsOnViewer: isPersonal, variables: used });
    if (isPersonal) return null;
    const values = givenValues(used.get(operation) ?? [], variables);
    const text = shortened(JSON.stringify([number, operation.name?.value ?? null, values]));
    if (text !== last) last = text;
    return last;
  };
}

function shortened(text: string): string {
  return text.length <= LONGEST ? text : createHash('sha256').update(text).digest('base64');
}

function dependsOnViewer(schema: GraphQLSchema, document: DocumentNode): boolean {
  const types = new TypeInfo(schema);
  let depends = false;
  visit(
    document,
    visitWithTypeInfo(types, {
      Field() {
        if (types.getFieldDef()?.extensions.dependsOn === 'VIEWER') depends = true;
      },
    }),
  );
  return depends;
}

/** The variables that make a difference to an answer, in a fixed order. */
function usedVariables(
  operation: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): string[] {
  const names = new Set<string>();
  const seen = new Set<SelectionSetNode>();
  const collect = (set: SelectionSetNode, isRoot: boolean) => {
    if (seen.has(set)) return;
    seen.add(set);
    visit(set, {
      Variable({ name }) {
        names.add(name.value);
      },
      Argument({ name }, _key, _parent, path) {
        // Paths of a root field's arguments: selections, index, arguments, index.
        return isRoot && path.length <= 4 && RESUMING.has(name.value) ? false : undefined;
      },
      FragmentSpread({ name }) {
        const fragment = fragments.get(name.value);
        if (fragment) collect(fragment.selectionSet, false);
      },
    });
  };
  collect(operation.selectionSet, true);
  return [...names].sort();
}

/**
 * What was given for each of the variables, where that is to tell apart what is not the same: one that is left out takes its
 * default, and one that is null does not.
 */
function givenValues(
  names: readonly string[],
  variables: Readonly<Record<string, unknown>> | null | undefined,
): readonly (readonly unknown[])[] {
  return names.map((name) => (variables && Object.hasOwn(variables, name) ? [variables[name]] : []));
}
