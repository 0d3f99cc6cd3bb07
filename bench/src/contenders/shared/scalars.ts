import { GraphQLDateTime, GraphQLSafeInt } from 'graphql-scalars';

export const SCALARS = { DateTime: GraphQLDateTime, SafeInt: GraphQLSafeInt };

export const toDate = (milliseconds: number | null) => (milliseconds === null ? null : new Date(milliseconds));
