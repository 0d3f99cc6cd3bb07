import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { FastifyBaseLogger } from 'fastify';
import { HostEventPublisher } from '../../actions/host-events/host-event-publisher';
import { type DeliveryOutcome, WebhookDeliverer } from '../../actions/host-events/webhook-deliverer';
import { Lease } from '../../actions/lease';
import type { Services } from '../../actions/services';
import { Unavailable } from '../../domain/refusals';
import type { Notifier } from '../../notifications/notifier';
import type { WebhookSettings } from '../settings';
import { sendWebhook } from '../webhooks/send-webhook';
import { StepLoop } from '../step-loop';

/** Least milliseconds between two transactions that give positions: they are few, however many changes there are. */
const REST = 50;
/** Least milliseconds between two looks for what is to be delivered. */
const DELIVERY_REST = 20;

export interface HostEventsOptions {
  readonly services: Services;
  readonly notifier: Notifier;
  /** Null where nobody receives. */
  readonly webhooks: WebhookSettings | null;
  readonly log: Pick<FastifyBaseLogger, 'warn' | 'error'>;
  readonly onDelivery: (outcome: DeliveryOutcome['kind']) => void;
}

export interface RunningHostEvents {
  /** Null where nobody receives. */
  readonly deliverer: WebhookDeliverer | null;
  /** Gives the lease back. */
  readonly stop: () => Promise<void>;
}

/** Gives the log's entries their positions in the feed and delivers them, as long as this instance holds the lease. */
export function runHostEvents(options: HostEventsOptions): RunningHostEvents {
  const { services, notifier, log } = options;
  const { database, monotonicClock, hostFeedWatcher } = services;
  // What operators see in the table; 200 characters leave room for the rest.
  const holder = `${hostname().slice(0, 200)}:${process.pid}:${randomUUID()}`;
  const lease = new Lease({ database, name: 'host-events', holder, monotonicClock });
  const publisher = new HostEventPublisher({
    database,
    lease,
    monotonicClock,
    onPublished: (end) => {
      hostFeedWatcher.hear(end);
      delivering?.wake();
    },
  });
  // The look for readiness tells of a database that is away.
  const failed = (what: string) => (error: unknown) =>
    error instanceof Unavailable ? undefined : log.error({ err: error }, what);
  const publishing = new StepLoop(() => publisher.step(), {
    rest: REST,
    onError: failed('Giving log entries their places in the feed of host events failed.'),
  });
  const deliverer = options.webhooks && delivererTo(options.webhooks, options, { lease, publisher });
  const delivering =
    deliverer &&
    new StepLoop(() => deliverer.step(), {
      rest: DELIVERY_REST,
      onError: failed('Delivering host events failed.'),
    });
  const unsubscribe = notifier.subscribeToAll(({ logPosition }) => {
    // An instance that does not hold the lease checks each second whether it can take it.
    if (lease.token === null) return;
    publisher.hear(logPosition.organizationId);
    publishing.wake();
  });
  return {
    deliverer,
    stop: async () => {
      unsubscribe();
      await Promise.all([publishing.stop(), deliverer?.close(), delivering?.stop()]);
      // Another instance waits for some seconds where that fails.
      await lease.giveBack().catch(() => undefined);
    },
  };
}

function delivererTo(
  receiver: WebhookSettings,
  { services: { database, monotonicClock, clock }, log, onDelivery }: HostEventsOptions,
  { lease, publisher }: { lease: Lease; publisher: HostEventPublisher },
): WebhookDeliverer {
  let isFailing = false;
  const deliverer: WebhookDeliverer = new WebhookDeliverer({
    database,
    lease,
    monotonicClock,
    hasCaughtUp: () => publisher.hasCaughtUp(),
    send: (event, signal) => sendWebhook(receiver, event, { clock, signal }),
    random: Math.random,
    onOutcome: ({ id }, outcome) => {
      onDelivery(outcome.kind);
      if (outcome.kind === 'GONE')
        log.error({ event: id }, 'The receiver of webhooks wants no more (410). None is sent before the next start.');
      else if (outcome.kind === 'FAILED' && !isFailing)
        log.warn({ event: id }, `A webhook failed, and is tried again. ${outcome.reason}`);
      else if (outcome.kind === 'DELIVERED' && isFailing && !deliverer.isFailing())
        log.warn('All webhooks are delivered.');
      isFailing = outcome.kind !== 'DELIVERED' || deliverer.isFailing();
    },
  });
  return deliverer;
}
