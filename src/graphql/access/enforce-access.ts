import { getDirective, MapperKind, mapSchema } from '@graphql-tools/utils';
import { type GraphQLObjectType, type GraphQLSchema, isNonNullType } from 'graphql';
import type { OrganizationPermission } from '../../domain/access/permissions';
import { aroundResolvers, type FieldConfig } from '../around-resolvers';
import { organizationFinder } from './find-organization';
import { type Guard, requireAuthenticated, requirePermission, requireScopes, type TokenGuard } from './guards';

const DIRECTIVES = ['public', 'authenticated', 'requiresScopes', 'requiresPermission'] as const;

/**
 * Makes the access directives true: each field that carries one asks it before it resolves, and a subscription before its
 * source is even opened as well as for each event. Refuses a schema that leaves a root field open or that has a directive
 * which could not be decided (A6, A7); the message names the field.
 */
export function enforceAccess(schema: GraphQLSchema): GraphQLSchema {
  const roots = new Set(
    [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].map((type) => type?.name),
  );

  return mapSchema(schema, {
    [MapperKind.OBJECT_FIELD]: (field: FieldConfig, fieldName, typeName) => {
      const isRoot = roots.has(typeName);
      const guards = guardsOf(schema, field, typeName, `${typeName}.${fieldName}`, isRoot);
      return guards ? guarded(field, guards) : field;
    },
  });
}

interface Guards {
  /** What the token has to say for itself; the field's other guard asks it too. */
  readonly token: TokenGuard;
  readonly guard: Guard;
}

function guardsOf(
  schema: GraphQLSchema,
  field: FieldConfig,
  typeName: string,
  coordinate: string,
  isRoot: boolean,
): Guards | null {
  const carried = DIRECTIVES.filter((name) => getDirective(schema, field, name)?.length);
  if (carried.length > 1 || (isRoot && carried.length === 0))
    throw new Error(
      `${coordinate} must carry exactly one of @public, @authenticated, @requiresScopes and @requiresPermission, and carries ${carried.length}.`,
    );
  const [name] = carried;
  const [args] = (name && getDirective(schema, field, name)) ?? [];
  switch (name) {
    case 'authenticated':
      return ofToken(requireAuthenticated);
    case 'requiresScopes':
      return ofToken(requireScopes(args?.scopes as string[][]));
    case 'requiresPermission': {
      const find = organizationFinder(schema.getType(typeName) as GraphQLObjectType, field);
      if (!find)
        throw new Error(
          `${coordinate} carries @requiresPermission, but has no organization: neither its parent object nor an argument organizationId or input.organizationId names one.`,
        );
      if (!isRoot && isNonNullType(field.type))
        throw new Error(
          `${coordinate} carries @requiresPermission and must be nullable: otherwise a refusal would remove its whole parent.`,
        );
      const guard = requirePermission(args?.permission as OrganizationPermission, find);
      return { token: requireAuthenticated, guard };
    }
    default:
      return null;
  }
}

function ofToken(token: TokenGuard): Guards {
  return { token, guard: (_source, _args, { viewer }) => token(viewer) };
}

function guarded(field: FieldConfig, { token, guard }: Guards): FieldConfig {
  return aroundResolvers(
    { ...field, extensions: { ...field.extensions, tokenGuard: token } },
    (resolve) => (source, args, context, info) =>
      after(guard(source, args, context), () => resolve(source, args, context, info)),
  );
}

/** Goes on at once where the guard had nothing to wait for: a promise for each field would cost more than the check. */
function after<T>(passed: void | Promise<void>, go: () => T): T | Promise<T> {
  return passed ? passed.then(go) : go();
}
