import { QUERY_CONNECTIONS, startingAt } from './access-query';
import { startPeer } from './contenders/peers';
import { startService } from './contenders/service';
import { openRows } from './data/rows';
import { tokenOf } from './data/sender';
import { WATCHED, watcherId } from './data/watched-organization';
import type { Form } from './form';
import { loadOverHttp, requestBytes } from './measure/http-load';
import { type HttpFigures, inRounds } from './measure/rounds';
import type { ServerProcess } from './measure/server-process';
import { countedFor } from './measure/statements';
import { median } from './measure/statistics';
import { organizationId, ORGANIZATIONS } from './settings';

type Times = Pick<Form, 'rounds' | 'milliseconds' | 'warming'>;

const question = (user: string, organization: string, action: string) => ({
  subject: { type: 'user', id: user },
  action: { name: action },
  resource: { type: 'organization', id: organization },
});

/** One evaluation by AuthZEN, asked of the service and of the limit on one database: whether the owner of each organization may manage it. */
export async function measureCheck(databaseUrl: string, { rounds, milliseconds, warming }: Times) {
  const token = await tokenOf(null);
  const requests = Array.from({ length: ORGANIZATIONS }, (_, index) =>
    requestBytes('/access/v1/evaluation', token, question(`owner-${index}`, organizationId(index), 'manage_billing')),
  );
  const starts = {
    'limit-check': (url: string) => startPeer('limit-check', url),
    service: (url: string) => startService(url),
  };
  const statements = databaseUrl.startsWith('mysql:') ? await countedFor(starts, databaseUrl, requests) : {};
  const servers: Record<string, ServerProcess> = {};
  try {
    for (const [name, start] of Object.entries(starts)) servers[name] = await start(databaseUrl);
    for (const { port } of Object.values(servers)) await requirePermit(port, token);
    const figures: Record<string, HttpFigures> = await inRounds(servers, {
      ...{ rounds, milliseconds, warming, statements },
      connections: QUERY_CONNECTIONS,
      requestsOf: startingAt(requests),
    });
    return figures;
  } finally {
    for (const server of Object.values(servers)) await server.stop();
  }
}

async function requirePermit(port: number, token: string): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${port}/access/v1/evaluation`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify(question('owner-0', organizationId(0), 'manage_billing')),
  });
  const text = await response.text();
  if (text !== '{"decision":true}') throw new Error(`A server answers: ${text}`);
}

export const BATCH = 1_000;

/** The same rows as plainly as the driver gives them: the pairs are a table of the statement, in parts that SQLite takes. */
const PAIRS = Array<string>(4)
  .fill(
    `SELECT * FROM (${Array<string>(BATCH / 4)
      .fill('SELECT ? AS o, ? AS u')
      .join(' UNION ALL ')}) p`,
  )
  .join(' UNION ALL ');
const BARE = `SELECT o.id, o.version, o.contract_type AS contractType, o.status, o.has_customer AS hasCustomer,
    o.has_payment_method AS hasPaymentMethod, m.user_id AS viewerId, m.role AS viewerRole, m.standing
  FROM (${PAIRS}) p JOIN members m ON m.organization_id = p.o AND m.user_id = p.u
  JOIN organizations o ON o.id = m.organization_id WHERE o.removed_at IS NULL`;

/** Milliseconds of each way to learn about 1,000 users of an organization: medians over all rounds, one batch at a time. */
export async function measureBatch(databaseUrl: string, { rounds, milliseconds, warming }: Times) {
  const token = await tokenOf(null);
  const users = Array.from({ length: BATCH }, (_, index) => watcherId(index));
  const evaluations = users.map((id) => ({ subject: { type: 'user', id } }));
  const { action, resource } = question('', WATCHED, 'view_billing');
  const requests = {
    evaluations: requestBytes('/access/v1/evaluations', token, { action, resource, evaluations }),
    billingAccessChecks: requestBytes('/graphql', token, {
      query:
        'query ($checks: [BillingAccessCheckInput!]!) { billingAccessChecks(checks: $checks) { userId rosterVersion access { level source } } }',
      variables: { checks: users.map((userId) => ({ organizationId: WATCHED, userId })) },
    }),
  };
  const rows = openRows(databaseUrl);
  const values = users.flatMap((id) => [WATCHED, id]);
  const service = await startService(databaseUrl);
  const seen: Record<string, number[]> = {};
  try {
    const bare = async () => {
      const latencies: number[] = [];
      const began = performance.now();
      while (performance.now() < began + milliseconds) {
        const askedAt = performance.now();
        const found = await rows.read(BARE, values);
        latencies.push(performance.now() - askedAt);
        if (found.length !== BATCH) throw new Error(`There are ${found.length} rows.`);
      }
      return latencies;
    };
    const ways: Record<string, () => Promise<readonly number[]>> = { bare };
    for (const [name, request] of Object.entries(requests))
      ways[name] = async () => (await loadOverHttp(service.port, () => [request], 1, milliseconds)).latencies;
    for (let round = -Math.max(1, Math.ceil(warming / milliseconds)); round < rounds; round++)
      for (const [name, ask] of Object.entries(ways)) {
        const latencies = await ask();
        if (round >= 0) (seen[name] ??= []).push(median(latencies));
      }
  } finally {
    await rows.close();
    await service.stop();
  }
  return Object.fromEntries(Object.entries(seen).map(([name, medians]) => [name, median(medians)]));
}
