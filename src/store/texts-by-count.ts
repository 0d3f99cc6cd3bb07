/** `write`, asked once for each count: a prepared statement is known by its text, and few counts occur. */
export function textsByCount(write: (count: number) => string): (count: number) => string {
  const texts: string[] = [];
  return (count) => (texts[count] ??= write(count));
}
