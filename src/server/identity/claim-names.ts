/**
 * The names of a token's claims, as in its payload. A repeated name is here twice; `JSON.parse` would keep only the last
 * one. The token's payload must be an object of JSON.
 */
export function claimNames(token: string): string[] {
  const [, payload = ''] = token.split('.');
  const text = Buffer.from(payload, 'base64url').toString();
  const names: string[] = [];
  let depth = 0;
  // Strings are skipped as a whole, because text inside one is not a name.
  for (const [piece, isName] of text.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?|[{}[\]]/gs)) {
    if (piece === '{' || piece === '[') depth += 1;
    else if (piece === '}' || piece === ']') depth -= 1;
    else if (isName !== undefined && depth === 1)
      names.push(JSON.parse(piece.slice(0, piece.length - isName.length)) as string);
  }
  return names;
}
