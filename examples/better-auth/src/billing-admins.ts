import { auth } from './auth.ts';
import { settings } from './settings.ts';

/** Longer than the service takes when it is well. */
const TIMEOUT = 30_000;

export const USER_ERRORS = 'userErrors { code message }';

interface Answer {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[];
}

/** Codes that the same call gets each time. Everything else may be over later: no response, 5xx, 429, a key that is not known yet. */
const FINAL = new Set(['BAD_USER_INPUT', 'GRAPHQL_VALIDATION_FAILED']);

/** The service refuses this call, now and later. */
export class Refused extends Error {}

/** A token of this back end. It says what the back end may do, and is never given to a browser. */
export async function backEndToken(scope: string): Promise<string> {
  const { token } = await auth.api.signJWT({ body: { payload: { sub: 'back-end', scope } } });
  return token;
}

/** @throws Refused; any other error if the call may be repeated. */
export async function askBillingAdmins<T>(scope: string, query: string, variables: object): Promise<T> {
  const response = await fetch(`${settings.billingUrl}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${await backEndToken(scope)}` },
    body: JSON.stringify({ query, variables }),
    signal: AbortSignal.timeout(TIMEOUT),
  });
  const { data, errors = [] } = (await response.json()) as Answer;
  const [error] = errors;
  if (error && FINAL.has(error.extensions?.code ?? '')) throw new Refused(error.message);
  if (error || !data) throw new Error(`${response.status} ${error?.extensions?.code}: ${error?.message}`);
  return data as T;
}

export interface UserErrors {
  readonly userErrors: readonly { readonly code: string; readonly message: string }[];
}

/** A call of the directory, with the fields that are asked of its payload. */
export async function callDirectory<T extends object = object>(
  mutation: string,
  input: object,
  fields = 'changed',
): Promise<T & UserErrors> {
  const inputType = INPUT_TYPES[mutation] ?? `${mutation[0]!.toUpperCase()}${mutation.slice(1)}Input`;
  const query = `mutation ($input: ${inputType}!) { ${mutation}(input: $input) { ${fields} ${USER_ERRORS} } }`;
  const data = await askBillingAdmins<Record<string, T & UserErrors>>('directory:write', query, { input });
  return data[mutation]!;
}

/** Of the others, the input is called as the mutation is. */
const INPUT_TYPES: Record<string, string> = {
  removeOrganization: 'OrganizationInput',
  startDirectorySync: 'OrganizationInput',
};
