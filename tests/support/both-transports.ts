import { RawSocket } from './raw-socket';
import type { Data, TestService } from './service';

/** What came of one operation: the same on both transports, or the test fails. */
export interface Told {
  readonly status: number;
  readonly data?: Data;
  readonly code?: string;
  readonly message?: string;
  readonly extensions?: Data;
}

interface Asked {
  readonly variables?: Record<string, unknown>;
  readonly extensions?: Record<string, unknown>;
}

/** Sends one operation over HTTP and over a socket, and returns what both answer. */
export async function onBoth(service: TestService, who: string, query: string, asked: Asked = {}): Promise<Told> {
  const token = await service.token(who);
  const response = await fetch(`${service.address}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, ...asked }),
  });
  const overHttp = (await response.json()) as Data;
  const socket = await RawSocket.signIn(service, token);
  socket.say({ type: 'subscribe', id: '1', payload: { query, ...asked } });
  const { type, payload } = await socket.next();
  socket.terminate();
  const overSocket = type === 'error' ? { errors: payload } : payload;
  expect(overSocket).toEqual(overHttp);
  const [fault] = (overHttp.errors ?? []) as { message: string; extensions: { code: string } }[];
  return {
    status: response.status,
    ...(overHttp.data && { data: overHttp.data as Data }),
    ...(fault && { code: fault.extensions.code, message: fault.message }),
    ...(overHttp.extensions && { extensions: overHttp.extensions as Data }),
  };
}
