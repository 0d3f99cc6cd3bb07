/**
 * The names of a token's claims, as they stand in its payload: a name that stands there twice is here twice, of which `JSON.parse` keeps
 * the last alone. The token's payload must be an object of JSON.
 */
export function claimNames(token: string): string[] {
  const [, payload = ''] = token.split('.');
  const text = Buffer.from(payload, 'base64url').toString();
  const names: string[] = [];
  let depth = 0;
  // Texts are passed over as a whole: what looks like a name within one is none.
  for (const [piece, isName] of text.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?|[{}[\]]/gs)) {
    if (piece === '{' || piece === '[') depth += 1;
    else if (piece === '}' || piece === ']') depth -= 1;
    else if (isName !== undefined && depth === 1)
      names.push(JSON.parse(piece.slice(0, piece.length - isName.length)) as string);
  }
  return names;
}
