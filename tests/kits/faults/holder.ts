import type { Random } from '../basics/random';
import { comesTrue, passes } from '../basics/passing-time';
import { between } from './fault';
import type { Findings } from './findings';
import { LiveAccess } from './live-access';
import { type Callers, HOLDER } from './people';
import { triesAll } from './tries-after-the-end';
import { pick } from './writers';

const ROSTER = 'query ($id: ID!) { organization(id: $id) { billingAdmins { admins { user { id } } } } }';

/** How long a grant lasts at least and at most, in milliseconds. */
const SHORTEST = 1_500;
const LONGEST = 5_000;

/** How long the end may not be on the roster, in milliseconds: longer than anything is away. */
const TIMEOUT = 60_000;

/** Where an end is past by the database's clock, which is this machine's, when a call is sent. */
const CLOCK_STEP = 1;

export interface Holding {
  readonly organizationId: string;
  readonly callers: Callers;
  readonly ports: readonly number[];
  readonly random: Random;
  readonly findings: Findings;
  readonly isOver: () => boolean;
}

/**
 * Somebody whose grants end by themselves, again and again, some with another kind or end in between. What they, and a back end about them,
 * ask after the end is refused on each instance, whether or not the end has been written (T2).
 */
export class Holder {
  /** For each grant the highest sequence at which the holder was shown an access. */
  readonly shown: number[] = [];

  constructor(private readonly holding: Holding) {}

  async live(): Promise<void> {
    const { organizationId, callers, ports, random, findings, isOver } = this.holding;
    const trying = {
      ...{ organizationId, ports, random, findings },
      ...{ userId: HOLDER, holder: callers.holder, backEnd: callers.backEnd },
    };
    while (!isOver()) {
      let end = Date.now() + between(random, SHORTEST, LONGEST);
      await this.sets('addBillingAdmin', end);
      const live = new LiveAccess({ port: pick(random, ports), token: callers.holder.token, organizationId }, () =>
        findings.count('done', 'events told'),
      );
      if (Date.now() < end) await triesAll(trying, false);
      if (random() < 0.5) {
        const other = Date.now() + between(random, SHORTEST / 2, LONGEST);
        // Of a call that changed nothing it is not known whether an earlier try of it had.
        end = (await this.sets('updateBillingAdmin', other)) === 'CHANGED' ? other : Math.max(end, other);
      }
      await comesTrue(() => Date.now() >= end + CLOCK_STEP, Infinity, 5);
      await triesAll(trying, true);
      await passes(between(random, 0, 1_000));
      await triesAll(trying, true);
      if (!(await comesTrue(() => this.isOffRoster(), TIMEOUT)))
        findings.breaks(`${organizationId}: the grant of ${HOLDER} has ended, and the roster shows it.`);
      await triesAll(trying, true);
      await live.close();
      if (live.lastOpen > 0) this.shown.push(live.lastOpen);
    }
  }

  /** Gives or changes the grant, until somebody says that it was done or that it is too late. */
  private async sets(mutation: 'addBillingAdmin' | 'updateBillingAdmin', end: number) {
    const { organizationId, callers, ports, random } = this.holding;
    const access = pick(random, ['MANAGE', 'VIEW']);
    const input = { organizationId, userId: HOLDER, access, expiresAt: new Date(end).toISOString() };
    for (;;) {
      const outcome = await callers.owner.change(pick(random, ports), mutation, HOLDER, input);
      if (outcome === 'CHANGED' || outcome === 'UNCHANGED') return outcome;
      await passes(100);
    }
  }

  private async isOffRoster(): Promise<boolean> {
    const { organizationId, callers, ports, random } = this.holding;
    const answer = await callers.owner.ask(pick(random, ports), ROSTER, { id: organizationId });
    if (answer === null || answer === 'NOT_SENT') return false;
    const organization = answer.data?.organization as Roster | null | undefined;
    return organization?.billingAdmins.admins.every(({ user }) => user.id !== HOLDER) ?? false;
  }
}

interface Roster {
  readonly billingAdmins: { readonly admins: readonly { readonly user: { readonly id: string } }[] };
}
