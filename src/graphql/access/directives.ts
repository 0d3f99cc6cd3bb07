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
  description: 'What somebody may do with the billing of an organization.',
  values: {
    VIEW_BILLING: { description: 'See the read-only view. Every member may.' },
    MANAGE_BILLING: { description: 'Handle plan, credits, checkout and settings. Owners and billing admins may.' },
    MANAGE_BILLING_ADMINS: { description: 'Add and remove billing admins. Owners alone may.' },
  },
});

/** The access directives of the public schema; `enforceAccess` makes them true. */
export const ACCESS_DIRECTIVES = [
  new GraphQLDirective({ name: 'public', description: 'Anybody may ask, signed in or not.', ...onFields }),
  new GraphQLDirective({ name: 'authenticated', description: 'Needs a valid bearer token.', ...onFields }),
  new GraphQLDirective({
    name: 'requiresScopes',
    description: 'Needs a token with all scopes of at least one of the lists.',
    args: { scopes: { type: new GraphQLNonNull(new GraphQLList(strings)) } },
    ...onFields,
  }),
  new GraphQLDirective({
    name: 'requiresPermission',
    description:
      'Needs a viewer with this permission in the organization of the parent object, or of the argument organizationId or input.organizationId.',
    args: { permission: { type: new GraphQLNonNull(OrganizationPermissionType) } },
    ...onFields,
  }),
];
