import {
  DirectiveLocation,
  GraphQLDirective,
  GraphQLEnumType,
  GraphQLList,
  GraphQLNonNull,
  GraphQLString,
} from 'graphql';

const onFields = { locations: [DirectiveLocation.FIELD_DEFINITION] };

const strings = new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(GraphQLString)));

export const OrganizationPermissionType = new GraphQLEnumType({
  name: 'OrganizationPermission',
  description: 'A permission in the billing of an organization.',
  values: {
    VIEW_BILLING: { description: 'See the read-only view. For every member.' },
    VIEW_BILLING_DETAILS: {
      description: 'See activity, usage and what was paid. For owners and every billing admin.',
    },
    MANAGE_BILLING: {
      description: 'Manage plan, credits, checkout and settings. For owners, and billing admins whose grant is MANAGE.',
    },
    MANAGE_BILLING_ADMINS: { description: 'Add and remove billing admins. For owners only.' },
  },
});

/** The access directives of the public schema; `enforceAccess` makes them true. */
export const ACCESS_DIRECTIVES = [
  new GraphQLDirective({ name: 'public', description: 'Open to every caller, signed in or not.', ...onFields }),
  new GraphQLDirective({ name: 'authenticated', description: 'Requires a valid bearer token.', ...onFields }),
  new GraphQLDirective({
    name: 'requiresScopes',
    description: 'Requires a token with all scopes of at least one of the lists.',
    args: { scopes: { type: new GraphQLNonNull(new GraphQLList(strings)) } },
    ...onFields,
  }),
  new GraphQLDirective({
    name: 'requiresPermission',
    description:
      'Requires a viewer with this permission in the organization of the parent object, or of the argument organizationId or input.organizationId.',
    args: { permission: { type: new GraphQLNonNull(OrganizationPermissionType) } },
    ...onFields,
  }),
];
