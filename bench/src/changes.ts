import { startPeer } from './contenders/peers';
import { servicesMeasured } from './contenders/service';
import { tokenOf } from './data/sender';
import { requestBytes } from './measure/http-load';
import { type HttpFigures, inRounds } from './measure/rounds';
import type { ServerProcess } from './measure/server-process';
import { countedFor } from './measure/statements';
import type { Form } from './form';
import { memberId, organizationId } from './settings';

/** Each on an organization of its own, as in life: changes to one organization wait for each other. */
export const CHANGE_CONNECTIONS = 16;

/** The mutation of that name, as a client sends it. */
export const changeQuery = (name: string) =>
  `mutation ($input: ${name[0]!.toUpperCase()}${name.slice(1)}Input!) { done: ${name}(input: $input) { changed userErrors { code } roster { version } } }`;

/** Adding and removing a billing admin, in turn, for each connection. */
export function changeRequests(): Promise<Buffer[][]> {
  return Promise.all(
    Array.from({ length: CHANGE_CONNECTIONS }, async (_, index) => {
      const token = await tokenOf(`owner-${index}`);
      const variables = { input: { organizationId: organizationId(index), userId: memberId(index) } };
      return ['addBillingAdmin', 'removeBillingAdmin'].map((name) =>
        requestBytes('/graphql', token, { query: changeQuery(name), variables }),
      );
    }),
  );
}

/** Adding and removing a billing admin, beside the same locked transaction in bare SQL, with and without what the service asks besides. */
export async function measureChanges(
  databaseUrl: string,
  { rounds, milliseconds, warming }: Pick<Form, 'rounds' | 'milliseconds' | 'warming'>,
): Promise<Record<string, HttpFigures>> {
  const pairs = await changeRequests();
  const peers = ['limit-change', 'limit-change-asking', 'plain'];
  const starts: Record<string, (url: string) => Promise<ServerProcess>> = {
    ...Object.fromEntries(peers.map((name) => [name, (url: string) => startPeer(name, url)])),
    ...servicesMeasured(),
  };
  const statements = await countedFor(starts, databaseUrl, pairs[0]!);
  const servers: Record<string, ServerProcess> = {};
  try {
    for (const [name, start] of Object.entries(starts)) servers[name] = await start(databaseUrl);
    const requestsOf = (connection: number) => pairs[connection]!;
    return await inRounds(servers, {
      rounds,
      milliseconds,
      warming,
      connections: CHANGE_CONNECTIONS,
      requestsOf,
      statements,
    });
  } finally {
    for (const server of Object.values(servers)) await server.stop();
  }
}
