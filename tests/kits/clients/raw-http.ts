import type { Answer, TestService } from '../service/service';

/** An answer over HTTP as it came. */
export interface RawAnswer {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
  /** The body, where it is JSON. */
  readonly json: Answer;
}

/** Sends a request to `/graphql` as it is said; `token` null is anonymous. */
export async function sendRaw(
  { address }: Pick<TestService, 'address'>,
  token: string | null,
  {
    path = '',
    headers = {},
    ...init
  }: { path?: string; headers?: Record<string, string>; method?: string; body?: string },
): Promise<RawAnswer> {
  const response = await fetch(`${address}/graphql${path}`, {
    ...init,
    headers: { ...(token !== null && { authorization: `Bearer ${token}` }), ...headers },
  });
  const text = await response.text();
  return { status: response.status, text, headers: response.headers, json: parsed(text) };
}

/** Sends a body of JSON, whatever it is. */
export function postJson(
  service: Pick<TestService, 'address'>,
  token: string | null,
  body: unknown,
): Promise<RawAnswer> {
  const headers = { 'content-type': 'application/json' };
  return sendRaw(service, token, { method: 'POST', headers, body: JSON.stringify(body) });
}

function parsed(text: string): Answer {
  try {
    return JSON.parse(text) as Answer;
  } catch {
    return {} as Answer;
  }
}
