import type { Random } from '../basics/random';
import type { Answer, Caller, Input } from './caller';
import type { Findings } from './findings';
import { Follower } from './follower';
import { comesTrue, passes } from '../basics/passing-time';
import { type Callers, GUEST, memberInput } from './people';
import { pick } from './writers';

const MEMBERSHIP = 'query ($id: ID!) { organization(id: $id) { id } }';
const ACTIVITY = 'query ($id: ID!) { organization(id: $id) { billing { activity(first: 1) { nodes { id } } } } }';

/** How long a subscriber may not know that its access is gone, in milliseconds: longer than anything is away. */
const TIMEOUT = 60_000;

/** Longest pause between two steps, in milliseconds. */
const LONGEST_PAUSE = 1_500;

/** Tries of an access that has been taken, on each instance. */
const TRIES = 2;

/** What is counted: the second without the first would tell nothing. */
export const TRIED_WELL = 'tries of an access, allowed while it was there';
export const TRIED_IN_VAIN = 'tries of an access, refused once it was gone';

export interface Visit {
  readonly organizationId: string;
  readonly callers: Callers;
  readonly ports: readonly number[];
  readonly random: Random;
  readonly findings: Findings;
  readonly isOver: () => boolean;
}

/**
 * Somebody who joins, is given access, loses it and leaves, again and again, while they watch. What has been taken and
 * acknowledged must not help them any more, on any instance, nor may they be told of anything (A8, L4).
 */
export class Guest {
  /** For each stay the highest version that the guest was told of from its beginning until the next one's. */
  readonly stays: number[] = [];
  readonly follower: Follower;
  private isTold = false;

  constructor(private readonly visit: Visit) {
    const { organizationId, callers, ports, findings } = visit;
    this.follower = new Follower({
      name: 'the guest',
      ports,
      token: callers.guest.token,
      organizationId,
      onEvent: (version) => {
        findings.count('done', 'events told');
        if (this.stays.length === 0) findings.breaks(`${organizationId}: a stranger was told of version ${version}.`);
        this.stays[this.stays.length - 1] = Math.max(this.stays.at(-1) ?? 0, version);
      },
      onBroken: (law) => findings.breaks(law),
      onForbidden: () => (this.isTold = true),
    });
  }

  /** Comes and goes until it is over, and is gone then. */
  async live(): Promise<void> {
    const { organizationId, callers, findings, isOver } = this.visit;
    const { host, owner } = callers;
    const target = { organizationId, userId: GUEST };
    while (!isOver()) {
      if (!(await comesTrue(() => this.isTold, TIMEOUT)))
        return findings.breaks(`${organizationId}: the guest left and its subscription did not end.`);
      this.stays.push(0);
      this.isTold = false;
      await this.until(host, 'syncMember', memberInput(organizationId, GUEST, 'MEMBER'));
      this.follower.seen.joinsAgain();
      this.follower.subscribe();
      await this.pause();
      await this.until(owner, 'addBillingAdmin', target);
      await this.triesAccess(ACTIVITY, true);
      await this.pause();
      // Half of the time the grant goes with the membership.
      if (this.visit.random() < 0.5) {
        await this.until(owner, 'removeBillingAdmin', target);
        await this.triesAccess(ACTIVITY, false);
      }
      await this.until(host, 'removeMember', target);
      await this.triesAccess(MEMBERSHIP, false);
      await this.triesAccess(ACTIVITY, false);
      await this.pause();
    }
    if (!(await comesTrue(() => this.isTold, TIMEOUT)))
      findings.breaks(`${organizationId}: the guest left and its subscription did not end.`);
  }

  /** Calls until somebody says that it is so. */
  private async until(caller: Caller, mutation: string, input: Input): Promise<void> {
    const { ports, random } = this.visit;
    for (;;) {
      const outcome = await caller.change(pick(random, ports), mutation, GUEST, input);
      if (outcome === 'CHANGED' || outcome === 'UNCHANGED') return;
      await passes(100);
    }
  }

  /** Tries the access on all instances, while the guest has it, or once it is gone. */
  private async triesAccess(query: string, isThere: boolean): Promise<void> {
    const { organizationId, callers, ports, findings } = this.visit;
    const places = ports.flatMap((port) => Array<number>(isThere ? 1 : TRIES).fill(port));
    const answers = await Promise.all(places.map((port) => callers.guest.ask(port, query, { id: organizationId })));
    for (const answer of answers) {
      if (answer === null || answer === 'NOT_SENT') continue;
      if (isAllowed(answer, query === ACTIVITY)) {
        if (!isThere) findings.breaks(`${organizationId}: an access that was gone allowed ${query}.`);
        findings.count('done', TRIED_WELL);
      } else if (!isThere && isRefused(answer)) {
        findings.count('done', TRIED_IN_VAIN);
      }
    }
  }

  private pause(): Promise<void> {
    return passes(LONGEST_PAUSE * this.visit.random());
  }
}

interface Organization {
  readonly billing?: { readonly activity?: object | null } | null;
}

function isAllowed({ data }: Answer, toActivity: boolean): boolean {
  const organization = (data?.organization as Organization | undefined) ?? null;
  return toActivity ? organization?.billing?.activity != null : organization !== null;
}

/** Refused for good, and not because something is away. */
function isRefused({ errors = [] }: Answer): boolean {
  return errors.every(({ extensions }) => extensions?.code === 'FORBIDDEN');
}
