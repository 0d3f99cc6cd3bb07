/**
 * What was given for each of the variables, where that is to tell apart what is not the same: one that is left out takes its
 * default, and one that is null does not.
 */
export function givenValues(
  names: readonly string[],
  variables: Readonly<Record<string, unknown>> | null | undefined,
): readonly (readonly unknown[])[] {
  return names.map((name) => (variables && Object.hasOwn(variables, name) ? [variables[name]] : []));
}
