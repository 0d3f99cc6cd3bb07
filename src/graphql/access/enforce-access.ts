import { getDirective, MapperKind, mapSchema } from '@graphql-tools/utils';
import { type GraphQLObjectType, type GraphQLSchema, isNonNullType } from 'graphql';
import type { OrganizationPermission } from '../../domain/access/permissions';
import { aroundResolvers, type FieldConfig } from '../around-resolvers';
import { organizationFinder } from './find-organization';
import { type Guard, letPass, requireAuthenticated, requirePermission, requireScopes } from './guards';

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
      const guard = guardOf(schema, field, typeName, `${typeName}.${fieldName}`, isRoot);
      return guard && guard !== letPass ? guarded(field, guard) : field;
    },
  });
}

function guardOf(
  schema: GraphQLSchema,
  field: FieldConfig,
  typeName: string,
  coordinate: string,
  isRoot: boolean,
): Guard | null {
  const carried = DIRECTIVES.filter((name) => getDirective(schema, field, name)?.length);
  if (carried.length > 1 || (isRoot && carried.length === 0))
    throw new Error(
      `${coordinate} must carry exactly one of @public, @authenticated, @requiresScopes and @requiresPermission, and carries ${carried.length}.`,
    );
  const [name] = carried;
  const [args] = (name && getDirective(schema, field, name)) ?? [];
  switch (name) {
    case 'public':
      return letPass;
    case 'authenticated':
      return requireAuthenticated;
    case 'requiresScopes':
      return requireScopes(args?.scopes as string[][]);
    case 'requiresPermission': {
      const find = organizationFinder(schema.getType(typeName) as GraphQLObjectType, field);
      if (!find)
        throw new Error(
          `${coordinate} carries @requiresPermission, which finds no organization there: neither its parent object nor an argument organizationId or input.organizationId names one.`,
        );
      if (!isRoot && isNonNullType(field.type))
        throw new Error(
          `${coordinate} carries @requiresPermission and must be nullable: a refusal would take its whole parent away.`,
        );
      return requirePermission(args?.permission as OrganizationPermission, find);
    }
    default:
      return null;
  }
}

function guarded(field: FieldConfig, guard: Guard): FieldConfig {
  return aroundResolvers(
    field,
    (resolve) => (source, args, context, info) =>
      after(guard(source, args, context), () => resolve(source, args, context, info)),
  );
}

/** Goes on at once where the guard had nothing to wait for: a promise for each field would cost more than the check. */
function after<T>(passed: void | Promise<void>, go: () => T): T | Promise<T> {
  return passed ? passed.then(go) : go();
}
