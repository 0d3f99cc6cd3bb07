import { initGraphQLTada } from 'gql.tada';
import type { introspection } from './schema-types';

/** Every document is checked against `schema.graphql`, and its results and variables have the types that it gives them. */
export const graphql = initGraphQLTada<{
  introspection: introspection;
  disableMasking: true;
  scalars: {
    /** ISO 8601, UTC. */
    DateTime: string;
    /** YYYY-MM-DD. */
    Date: string;
    SafeInt: number;
    URL: string;
  };
}>();
