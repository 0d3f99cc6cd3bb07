import { SignJWT } from 'jose';
import { SECRET } from '../settings';

const HOST_SCOPES = 'directory:write usage:write billing:write access:read';

/** A token of the user, or of the host where `subject` is null, for as long as any run takes. */
export function tokenOf(subject: string | null): Promise<string> {
  return new SignJWT({ sub: subject ?? 'host', ...(subject === null && { scope: HOST_SCOPES }) })
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime('12h')
    .sign(new TextEncoder().encode(SECRET));
}

/** Sends operations as the subject; rejects where one is not answered as it should be. */
export async function sender(port: number, subject: string | null) {
  const token = await tokenOf(subject);
  return async (query: string, variables: object): Promise<Record<string, unknown>> => {
    const text = await rawAnswer(port, token, query, variables);
    const { data, errors } = JSON.parse(text) as {
      data?: Record<string, { userErrors?: unknown[] }>;
      errors?: unknown[];
    };
    const refused = Object.values(data ?? {}).some((field) => field?.userErrors?.length);
    if (errors || refused || !data) throw new Error(`Refused: ${text}`);
    return data;
  };
}

/** The answer as it came, to be compared byte for byte. */
export async function rawAnswer(port: number, token: string, query: string, variables: object): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables }),
  });
  return response.text();
}
