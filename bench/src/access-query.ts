import { startPeer } from './contenders/peers';
import { servicesMeasured } from './contenders/service';
import { rawAnswer, tokenOf } from './data/sender';
import { requestBytes } from './measure/http-load';
import { type HttpFigures, inRounds } from './measure/rounds';
import { countedFor } from './measure/statements';
import type { ServerProcess } from './measure/server-process';
import type { Form } from './form';
import { ACCESS_QUERY } from './question';
import { memberId, organizationId, ORGANIZATIONS } from './settings';

export const QUERY_CONNECTIONS = 32;

/** The access query of each organization, as a member of it asks. */
export function accessRequests(): Promise<Buffer[]> {
  return Promise.all(
    Array.from({ length: ORGANIZATIONS }, async (_, index) =>
      requestBytes('/graphql', await tokenOf(memberId(index)), {
        query: ACCESS_QUERY,
        variables: { id: organizationId(index) },
      }),
    ),
  );
}

/** The requests of one connection: each begins with another organization. */
export const startingAt = (requests: readonly Buffer[]) => (connection: number) => [
  ...requests.slice(connection),
  ...requests.slice(0, connection),
];

/** The access query, asked of the service and of the peers by name, on one database. */
export async function measureAccessQuery(
  databaseUrl: string,
  peers: readonly string[],
  { rounds, milliseconds, warming }: Pick<Form, 'rounds' | 'milliseconds' | 'warming'>,
): Promise<Record<string, HttpFigures>> {
  const requests = await accessRequests();
  const starts: Record<string, (url: string) => Promise<ServerProcess>> = {
    ...Object.fromEntries(peers.map((name) => [name, (url: string) => startPeer(name, url)])),
    ...servicesMeasured(),
  };
  const statements = databaseUrl.startsWith('mysql:') ? await countedFor(starts, databaseUrl, requests) : {};
  const servers: Record<string, ServerProcess> = {};
  try {
    for (const [name, start] of Object.entries(starts)) servers[name] = await start(databaseUrl);
    await requireSameAnswers(servers);
    return await inRounds(servers, {
      ...{ rounds, milliseconds, warming, statements },
      connections: QUERY_CONNECTIONS,
      requestsOf: startingAt(requests),
    });
  } finally {
    for (const server of Object.values(servers)) await server.stop();
  }
}

/** Byte for byte, but for the line break that Apollo Server ends an answer with. */
async function requireSameAnswers(servers: Readonly<Record<string, ServerProcess>>): Promise<void> {
  for (const index of [0, ORGANIZATIONS - 1]) {
    const token = await tokenOf(memberId(index));
    const answers = new Map<string, string[]>();
    for (const [name, { port }] of Object.entries(servers)) {
      const answer = (await rawAnswer(port, token, ACCESS_QUERY, { id: organizationId(index) })).trimEnd();
      if (!answer.includes(`"id":"${organizationId(index)}"`)) throw new Error(`${name} answers: ${answer}`);
      answers.set(answer, [...(answers.get(answer) ?? []), name]);
    }
    if (answers.size > 1)
      throw new Error(
        `They answer differently:\n${[...answers].map(([text, names]) => `${names.join()}: ${text}`).join('\n')}`,
      );
  }
}
