import { getMetadataStorage } from 'type-graphql';

/**
 * Lets fields that have no resolver of their own be read as the properties that they are. type-graphql puts a function of its
 * own around each, in which its middlewares would run; there are none here, and it costs more than everything else about such
 * a field.
 */
export function readPlainFieldsAsProperties(): void {
  for (const type of getMetadataStorage().objectTypes) type.simpleResolvers ??= true;
}
