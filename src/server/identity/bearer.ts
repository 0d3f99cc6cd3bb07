/** What a request or a socket says about its bearer, before anybody has looked at the token. */
export type BearerValue = { kind: 'none' } | { kind: 'malformed' } | { kind: 'bearer'; token: string };

const NONE: BearerValue = { kind: 'none' };
const MALFORMED: BearerValue = { kind: 'malformed' };

/** RFC 6750, section 2.1; the scheme's case does not matter (RFC 9110, section 11.1). */
const CREDENTIALS = /^bearer +([a-z0-9._~+/-]+=*)$/i;

/** More than Node takes as all headers of a request. On a socket, a text may have any length. */
const LONGEST = 16_384;

/**
 * Reads the value of one `Authorization` header. Only `undefined` is no header: an empty one, or another scheme, is
 * malformed.
 */
export function bearerOf(authorization: string | undefined): BearerValue {
  if (authorization === undefined) return NONE;
  const token = authorization.length > LONGEST ? undefined : CREDENTIALS.exec(authorization)?.[1];
  return token === undefined ? MALFORMED : { kind: 'bearer', token };
}

/**
 * Reads a request's `rawHeaders` (names and values in turn). Not `headers`: there Node keeps the first of several
 * `Authorization` headers and drops the rest, while a proxy before us may have checked the last. Two are malformed,
 * whatever they say.
 */
export function bearerOfHeaders(rawHeaders: readonly string[]): BearerValue {
  const values = rawHeaders.filter(
    (_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === 'authorization',
  );
  return values.length > 1 ? MALFORMED : bearerOf(values[0]);
}

/**
 * Reads the payload of graphql-ws's `connection_init`, which is any JSON, or undefined: what a header would say stands
 * under `authorization` or `Authorization`. Both, or anything but a string there, is malformed, and so is a payload
 * that is no object.
 */
export function bearerOfConnectionInit(payload: unknown): BearerValue {
  if (payload === undefined || payload === null) return NONE;
  if (typeof payload !== 'object' || Array.isArray(payload)) return MALFORMED;
  const values = Object.entries(payload).filter(([name]) => name === 'authorization' || name === 'Authorization');
  if (values.length === 0) return NONE;
  const value: unknown = values[0]?.[1];
  return values.length > 1 || typeof value !== 'string' ? MALFORMED : bearerOf(value);
}
