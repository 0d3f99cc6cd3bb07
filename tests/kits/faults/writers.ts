import type { Random } from '../basics/random';
import { passes } from '../basics/passing-time';
import { asksForAccess } from './asking';
import { buys } from './buying';
import type { Findings } from './findings';
import type { HeardCalls } from './heard-calls';
import { type Callers, CHANGING, memberInput, ORGANIZATIONS } from './people';

export const pick = <T>(random: Random, all: readonly T[]) => all[Math.floor(random() * all.length)]!;

export interface Writing {
  readonly callers: Callers;
  readonly ports: readonly number[];
  readonly random: Random;
  readonly heard: HeardCalls;
  readonly findings: Findings;
  /** The database that takes changes. */
  readonly databaseUrl: () => string;
  /** Milliseconds from one call to the next, on average. */
  readonly pace: number;
  readonly isOver: () => boolean;
}

/** What is done, as often as it stands here, to each other out of so many. */
const DEEDS = [
  ...Array<'add'>(6).fill('add'),
  ...Array<'remove'>(6).fill('remove'),
  ...Array<'sync'>(5).fill('sync'),
  ...Array<'leave'>(2).fill('leave'),
  ...Array<'ask'>(1).fill('ask'),
  ...Array<'update'>(4).fill('update'),
  ...Array<'ask anew'>(1).fill('ask anew'),
  ...Array<'buy'>(2).fill('buy'),
];

/** The longest that a grant lasts which has an end, in milliseconds: all have ended soon after a run. */
const LONGEST = 8_000;

/** A grant of any kind, most with an end. */
export function anyTerms(random: Random) {
  const expiresAt = random() < 0.6 ? new Date(Date.now() + LONGEST * random()).toISOString() : null;
  return { access: pick(random, ['MANAGE', 'VIEW']), expiresAt };
}

/** One of the organization's many: changes at random, on any instance, one after the other. */
export async function write(writing: Writing): Promise<void> {
  const { random, pace, isOver } = writing;
  while (!isOver()) {
    await writeOnce(writing);
    await passes(2 * pace * random());
  }
}

async function writeOnce(writing: Writing): Promise<void> {
  const { callers, ports, random } = writing;
  const { host, owner, members } = callers;
  const [organizationId, userId, port] = [pick(random, ORGANIZATIONS), pick(random, CHANGING), pick(random, ports)];
  const target = { organizationId, userId };
  switch (pick(random, DEEDS)) {
    case 'add':
      await owner.change(port, 'addBillingAdmin', userId, { ...target, ...anyTerms(random) });
      return;
    case 'update':
      await owner.change(port, 'updateBillingAdmin', userId, { ...target, ...anyTerms(random) });
      return;
    case 'ask anew':
      await asksForAccess(writing, organizationId);
      return;
    case 'buy':
      await buys(writing, organizationId);
      return;
    case 'remove':
      await owner.change(port, 'removeBillingAdmin', userId, target);
      return;
    case 'sync': {
      const role = pick(random, ['MEMBER', 'MEMBER', 'ADMIN', 'OWNER']);
      await host.change(port, 'syncMember', userId, memberInput(organizationId, userId, role));
      return;
    }
    case 'leave':
      await host.change(port, 'removeMember', userId, target);
      return;
    case 'ask': {
      const requestId = await members[userId]?.requestAccess(port, userId, organizationId);
      if (!requestId) return;
      // On another instance than the one that was asked.
      const input = { organizationId, requestId };
      await owner.change(pick(random, ports), 'approveBillingAccessRequest', userId, input);
    }
  }
}
