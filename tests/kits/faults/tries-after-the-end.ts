import type { Random } from '../basics/random';
import type { Answer, Caller } from './caller';
import type { Findings } from './findings';
import { eventOf } from './live-access';
import { pick } from './writers';

const ACCESS = 'viewerAccess { level } activity(first: 1) { nodes { id } }';
const QUERY = `query ($id: ID!) { organization(id: $id) { billing { ${ACCESS} } } }`;
/** It may be called by everybody with MANAGE_BILLING, whatever the control says, and changes nothing here (B7). */
const SWITCH_OFF = `mutation ($id: ID!) {
  updateAutoRecharge(input: { organizationId: $id, enabled: false, thresholdCredits: 0, creditPackKey: "pack_1000" }) {
    userErrors { code }
  }
}`;
const CHECK = `query ($id: ID!, $userId: ID!) {
  billingAccessChecks(checks: [{ organizationId: $id, userId: $userId }]) { access { level } }
}`;

/** Actions that a grant opens, as AuthZEN names them. */
const ACTIONS = ['view_billing_details', 'manage_billing', 'activity', 'usage', 'subscription'];

export const TRIED_BEFORE = 'tries of a grant, allowed before its end';
const TRIED_AFTER = 'tries of a grant, refused after its end: ';

/** All that was refused after an end. */
export const triesAfter = (findings: Findings) =>
  WAYS.reduce((sum, { name }) => sum + findings.of('done', TRIED_AFTER + name), 0);

export interface Trying {
  readonly organizationId: string;
  readonly userId: string;
  /** With the user's own token. */
  readonly holder: Caller;
  readonly backEnd: Caller;
  readonly ports: readonly number[];
  readonly random: Random;
  readonly findings: Findings;
}

/** Whether it was allowed. Null if that is not known, because something is away. */
type Way = (trying: Trying, port: number) => Promise<boolean | null>;

const WAYS: readonly { readonly name: string; readonly times: number; readonly way: Way }[] = [
  {
    name: 'queries',
    times: 2,
    way: async ({ holder, organizationId }, port) => {
      const answer = await holder.ask(port, QUERY, { id: organizationId });
      const organization = dataOf(answer)?.organization as { billing: AccessSeen } | undefined;
      return organization ? isOpen(organization.billing) : null;
    },
  },
  {
    name: 'mutations',
    times: 2,
    way: async ({ holder, organizationId }, port) => {
      const answer = await holder.ask(port, SWITCH_OFF, { id: organizationId });
      if (dataOf(answer)?.updateAutoRecharge) return true;
      const isRefused = codesOf(answer).every((code) => code === 'FORBIDDEN') && codesOf(answer).length > 0;
      return isRefused ? false : null;
    },
  },
  {
    name: 'access checks',
    times: 2,
    way: async ({ backEnd, organizationId, userId }, port) => {
      const answer = await backEnd.ask(port, CHECK, { id: organizationId, userId });
      const checks = dataOf(answer)?.billingAccessChecks as { access: { level: string } | null }[] | undefined;
      return checks ? checks.some(({ access }) => access !== null && access.level !== 'READ_ONLY') : null;
    },
  },
  {
    name: 'AuthZEN evaluations',
    times: 2,
    way: async (trying, port) => {
      const body = { ...asked(trying), action: { name: pick(trying.random, ACTIONS) } };
      const answer = await trying.backEnd.post(port, '/access/v1/evaluation', body);
      return answer ? (answer as { decision: boolean }).decision : null;
    },
  },
  {
    name: 'AuthZEN batches',
    times: 1,
    way: async (trying, port) => {
      const body = { ...asked(trying), evaluations: ACTIONS.map((name) => ({ action: { name } })) };
      const answer = await trying.backEnd.post(port, '/access/v1/evaluations', body);
      return answer
        ? (answer as { evaluations: { decision: boolean }[] }).evaluations.some((one) => one.decision)
        : null;
    },
  },
  {
    name: 'AuthZEN searches',
    times: 1,
    way: async ({ backEnd, organizationId, userId }, port) => {
      const resource = { type: 'organization', id: organizationId };
      const body = { subject: { type: 'user' }, action: { name: 'view_billing_details' }, resource };
      const answer = await backEnd.post(port, '/access/v1/search/subject', body);
      return answer ? (answer as { results: { id: string }[] }).results.some(({ id }) => id === userId) : null;
    },
  },
  {
    name: 'subscriptions',
    times: 1,
    way: async ({ holder, organizationId }, port) => {
      const seen = await eventOf(port, holder.token, organizationId);
      return seen && isOpen(seen.organization.billing);
    },
  },
];

export interface AccessSeen {
  readonly viewerAccess: { readonly level: string };
  readonly activity: object | null;
}

export function isOpen({ viewerAccess, activity }: AccessSeen): boolean {
  return viewerAccess.level !== 'READ_ONLY' || activity !== null;
}

/** Tries each way on each instance, all at once. After the end none may be allowed. */
export async function triesAll(trying: Trying, hasEnded: boolean): Promise<void> {
  const { ports, findings, organizationId, userId } = trying;
  const tries = WAYS.flatMap((one) =>
    ports.flatMap((port) => Array.from({ length: one.times }, () => ({ ...one, port }))),
  );
  await Promise.all(
    tries.map(async ({ name, way, port }) => {
      const isAllowed = await way(trying, port);
      if (hasEnded && isAllowed)
        findings.breaks(`${organizationId}: a grant of ${userId} that had ended allowed ${name} on ${port}.`);
      if (hasEnded && isAllowed === false) findings.count('done', TRIED_AFTER + name);
      if (!hasEnded && isAllowed) findings.count('done', TRIED_BEFORE);
    }),
  );
}

function asked({ organizationId, userId }: Trying) {
  return { subject: { type: 'user', id: userId }, resource: { type: 'organization', id: organizationId } };
}

function dataOf(answer: Answer | 'NOT_SENT' | null): Readonly<Record<string, unknown>> | null {
  return answer === 'NOT_SENT' ? null : (answer?.data ?? null);
}

function codesOf(answer: Answer | 'NOT_SENT' | null): (string | undefined)[] {
  return answer === null || answer === 'NOT_SENT'
    ? []
    : (answer.errors ?? []).map(({ extensions }) => extensions?.code);
}
