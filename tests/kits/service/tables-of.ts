/** The tables that a statement names, in their order. Tests that count statements tell them apart by these, not by their text. */
export function tablesOf(sql: string): string[] {
  return [...sql.matchAll(/\b(?:FROM|INTO|JOIN|(?<!FOR |KEY )UPDATE)\s+(\w+)/g)].map(([, table]) => table!);
}
