import type { TokenContent } from '../../../src/server/identity/sign-token';
import type { Data, TestService } from '../service/service';

export type AccessPath = 'evaluation' | 'evaluations' | 'search/subject' | 'search/resource' | 'search/action';

export interface AccessAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Data;
}

/** Sends one request by AuthZEN as it stands here, with these headers; a body that is no text becomes JSON. */
export async function postAccess(
  { address }: Pick<TestService, 'address'>,
  path: AccessPath,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<AccessAnswer> {
  const response = await fetch(`${address}/access/v1/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' || body instanceof Uint8Array ? (body as string) : JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: JSON.parse(text) as Data };
}

/** A host's back end, which may ask. */
export async function backEndOf(service: TestService, content: Partial<TokenContent> = {}) {
  const token = await service.token('back-end', { scopes: ['access:read'], ...content });
  return (path: AccessPath, body: unknown, headers: Readonly<Record<string, string>> = {}) =>
    postAccess(service, path, body, { authorization: `Bearer ${token}`, ...headers });
}

export const user = (id: string) => ({ type: 'user', id });
export const resource = (id: string) => ({ type: 'organization', id });
export const action = (name: string) => ({ name });

export const question = (userId: string, name: string, organizationId: string) => ({
  subject: user(userId),
  action: action(name),
  resource: resource(organizationId),
});
