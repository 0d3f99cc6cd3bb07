import { getNamedType, type GraphQLObjectType, isInputObjectType } from 'graphql';
import type { Args, FieldConfig } from '../around-resolvers';

/** Marks the object types that belong to one organization: their objects carry its id as `organizationId` (A7). */
export const BELONGS_TO_ORGANIZATION = { belongsToOrganization: true };

type FindOrganization = (source: unknown, args: Args) => unknown;

/** How a field's directive finds its organization (A7), or null if it can't. */
export function organizationFinder(parent: GraphQLObjectType, field: FieldConfig): FindOrganization | null {
  if (parent.extensions.belongsToOrganization === true)
    return (source) => (source as { organizationId?: unknown }).organizationId;
  if (field.args?.organizationId) return (_, args) => args.organizationId;
  const input = field.args?.input && getNamedType(field.args.input.type);
  if (isInputObjectType(input) && input.getFields().organizationId)
    return (_, args) => (args.input as { organizationId?: unknown }).organizationId;
  return null;
}
