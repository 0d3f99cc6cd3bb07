import type { SubscriptionReads } from '../../../src/actions/loaders/subscription-reads';
import { ROSTER_STREAM } from '../../../src/actions/roster/watch-roster';
import type { Services } from '../../../src/actions/services';
import type { SharedOutput } from '../../../src/actions/subscriptions/deliver';
import { type GroupSubscriber, SubscriberGroup } from '../../../src/actions/subscriptions/subscriber-group';
import type { LogPosition } from '../../../src/domain/log/log-position';
import { passes } from '../basics/passing-time';

/** A group of the roster's subscribers on a database, apart from those of the service; some of its reads may be others. */
export function groupOn(
  services: Services,
  organizationId: string,
  position: number,
  reads: Partial<SubscriptionReads> = {},
): SubscriberGroup {
  return new SubscriberGroup(
    {
      ...services,
      subscriptionReads: { ...services.subscriptionReads, ...reads },
      delay: passes,
      aroundDelivery: (_entry, deliver) => deliver(),
      backlogLimit: 1_000,
    },
    ROSTER_STREAM,
    organizationId,
    position,
    () => undefined,
  );
}

/** A member of such a group, whose role is known as of a version. */
export function memberOf(
  { viewerId, position, role, roleAt }: Pick<GroupSubscriber, 'viewerId' | 'position' | 'role' | 'roleAt'>,
  output: SharedOutput,
  detach: (newest: LogPosition | null) => void,
): GroupSubscriber {
  return {
    viewerId,
    position,
    role,
    roleAt,
    grantExpiresAt: null,
    output,
    ledgerTold: 0,
    balanceToldAt: 0,
    canTake: () => output.isReady(),
    detach,
  };
}
