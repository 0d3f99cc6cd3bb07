import { registerEnumType } from 'type-graphql';

/** Makes a GraphQL enum of words that the domain has as a union of strings; each word comes with its description. */
export function registerEnum<Word extends string>(
  name: string,
  description: string,
  words: Record<Word, string>,
): { [W in Word]: W } {
  const values = Object.fromEntries(Object.keys(words).map((word) => [word, word])) as { [W in Word]: W };
  const valuesConfig = Object.fromEntries(
    Object.entries<string>(words).map(([word, text]) => [word, { description: text }]),
  );
  registerEnumType(values, { name, description, valuesConfig: valuesConfig as never });
  return values;
}
