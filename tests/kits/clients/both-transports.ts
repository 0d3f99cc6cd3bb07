import { RawSocket } from './raw-socket';
import type { Data, TestService } from '../service/service';

/** What came of one operation: the same on both transports, or the test fails. */
export interface Told {
  readonly status: number;
  readonly data?: Data;
  readonly code?: string;
  readonly message?: string;
  readonly extensions?: Data;
}

/** What an answer says of an error. */
export interface ToldError {
  readonly message: string;
  readonly extensions: { readonly code: string };
  readonly path?: readonly (string | number)[];
  readonly locations?: readonly object[];
}

interface Asked {
  readonly variables?: Record<string, unknown>;
  readonly extensions?: Record<string, unknown>;
  readonly operationName?: string;
}

/** Sends one operation over HTTP and over a socket, and returns what both answer. */
export async function onBoth(service: TestService, who: string, query: string, asked: Asked = {}): Promise<Told> {
  return (await textOnBoth(service, who, JSON.stringify({ query, ...asked }))).told;
}

/** The same with the text of the operation's JSON, and with all the errors that both answer. */
export async function textOnBoth(
  service: TestService,
  who: string,
  operation: string,
): Promise<{ told: Told; errors: readonly ToldError[] }> {
  const token = await service.token(who);
  const response = await fetch(`${service.address}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/graphql-response+json',
      authorization: `Bearer ${token}`,
    },
    body: operation,
  });
  const overHttp = (await response.json()) as Data;
  const socket = await RawSocket.signIn(service, token);
  socket.say(`{"type":"subscribe","id":"1","payload":${operation}}`);
  const { type, payload } = await socket.next();
  socket.terminate();
  const overSocket = type === 'error' ? { errors: payload } : payload;
  expect(overSocket).toEqual(overHttp);
  const errors = (overHttp.errors ?? []) as ToldError[];
  const [fault] = errors;
  const told = {
    status: response.status,
    ...(overHttp.data && { data: overHttp.data as Data }),
    ...(fault && { code: fault.extensions.code, message: fault.message }),
    ...(overHttp.extensions && { extensions: overHttp.extensions as Data }),
  };
  return { told, errors };
}
