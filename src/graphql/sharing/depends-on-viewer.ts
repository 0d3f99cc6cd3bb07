import { type GraphQLNamedType, type GraphQLSchema, getNamedType, isObjectType } from 'graphql';

/** Marks a field that answers differently to two members with the same billing role: it is answered for each viewer (L8). */
export const DEPENDS_ON_VIEWER = { dependsOn: 'VIEWER' };

/** Marks a field that depends on the viewer's billing role, and on nothing else of theirs. */
export const DEPENDS_ON_BILLING_ROLE = { dependsOn: 'BILLING_ROLE' };

/**
 * Refuses a schema in which a field that a subscription can reach is named after the viewer and does not say how far it depends
 * on them. A field that is wrong about it throws when it is asked in a shared answer (see `createEventLoaders`).
 */
export function requireMarks(schema: GraphQLSchema): void {
  const reached = new Set<GraphQLNamedType>();
  const reach = (type: GraphQLNamedType | null | undefined) => {
    if (!isObjectType(type) || reached.has(type)) return;
    reached.add(type);
    for (const field of Object.values(type.getFields())) {
      if (/^viewer/i.test(field.name) && field.extensions.dependsOn === undefined)
        throw new Error(
          `${type.name}.${field.name} must be marked: DEPENDS_ON_VIEWER, or DEPENDS_ON_BILLING_ROLE where all owners, all billing admins and all other members are answered alike.`,
        );
      reach(getNamedType(field.type));
    }
  };
  reach(schema.getSubscriptionType());
}
