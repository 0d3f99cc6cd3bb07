import { MapperKind, mapSchema } from '@graphql-tools/utils';
import {
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isListType,
} from 'graphql';
import { aroundResolvers, type FieldConfig } from '../around-resolvers';
import type { OperationContext } from '../context';
import { isPromise } from '../execution/is-promise';
import { isChargedWhenRead, isPage, isPaged, SelectionCosts, weightOfName } from './selection-costs';

/**
 * Charges each list that has no pages once it has been read, and before anything is made of its items (X3). Refuses a schema with
 * a list of which the length is not known: the message names the field.
 */
export function chargeLists(schema: GraphQLSchema): GraphQLSchema {
  const costs = new SelectionCosts(schema);

  return mapSchema(schema, {
    [MapperKind.OBJECT_FIELD]: (config: FieldConfig, fieldName, typeName) => {
      const parent = schema.getType(typeName) as GraphQLObjectType;
      const field = parent.getFields()[fieldName]!;
      refuseUncounted(field, `${typeName}.${fieldName}`);
      if (!isChargedWhenRead(parent, field)) return config;
      return aroundResolvers(config, (resolve) => (source, args, context, info) => {
        const list = resolve(source, args, context, info);
        return isPromise(list)
          ? list.then((read) => charged(costs, read, context, info))
          : charged(costs, list, context, info);
      });
    },
  });
}

function refuseUncounted(field: GraphQLField<unknown, unknown>, coordinate: string): void {
  const list = getNullableType(field.type);
  if (isListType(list) && isListType(getNullableType(list.ofType)))
    throw new Error(`${coordinate} is a list of lists, whose length cannot be known.`);
  if (isPage(getNamedType(field.type)) && !isPaged(field))
    throw new Error(`${coordinate} leads to a page and must have the argument first, which says how long that is.`);
}

function charged(
  costs: SelectionCosts,
  list: unknown,
  { budget }: OperationContext,
  info: GraphQLResolveInfo,
): unknown {
  // What is no list is for the execution to refuse.
  if (!Array.isArray(list)) return list;
  budget.charge(list.length * costOfItem(costs, budget.known, info));
  return list;
}

function costOfItem(
  costs: SelectionCosts,
  known: OperationContext['budget']['known'],
  { fieldNodes, fragments, variableValues, returnType, path }: GraphQLResolveInfo,
): number {
  const type = getNamedType(returnType);
  let cost = 0;
  for (const { selectionSet } of fieldNodes)
    // A value without fields of its own counts as one.
    cost += selectionSet ? costs.of(selectionSet, type, { fragments, variables: variableValues, known }).certain : 1;
  for (let place: typeof path | undefined = path; place; place = place.prev)
    if (typeof place.key === 'string') cost *= weightOfName(place.key);
  return cost;
}
