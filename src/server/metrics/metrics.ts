import type { GraphQLFormattedError } from 'graphql';
import { Counter, Gauge, Histogram, Registry, register } from 'prom-client';
import type { DeliveryOutcome, WebhookDeliverer } from '../../actions/host-events/webhook-deliverer';
import type { Services } from '../../actions/services';
import type { FormatError } from '../../graphql/errors/wire-error';
import { codeLabel } from './error-codes';

type Transport = 'http' | 'websocket';
/** `access`: a back end's question by AuthZEN. */
type OperationType = 'query' | 'mutation' | 'subscription' | 'access' | 'unknown';

/** How long it took to tell of one change, and how many were told. */
export interface FanOut {
  readonly milliseconds: number;
  readonly told: number;
}

/** What is on the sockets at the moment. */
export interface SocketLoad {
  readonly open: number;
  readonly subscriptions: number;
  /** Bytes that wait for clients to read. */
  readonly unread: number;
}

export interface AnsweredOperation {
  readonly transport: Transport;
  /** Unknown where it was refused before anybody looked. */
  readonly type: OperationType;
  /** As its document calls it. */
  readonly name: string | null;
  /** By `performance.now()`. */
  readonly startedAt: number;
  readonly errors: readonly GraphQLFormattedError[] | undefined;
}

/** In seconds; the finest step is below what an answer takes, the coarsest above what anybody waits. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

const OURS = new Set<unknown>(['INTERNAL_SERVER_ERROR', 'SERVICE_UNAVAILABLE']);

/** Whether the error is the fault of the service. */
export function isOurs({ extensions }: GraphQLFormattedError): boolean {
  return OURS.has(extensions?.code);
}

/** What one service counts. No label holds what a client chooses. */
export class Metrics {
  private readonly registry = new Registry();
  private readonly to = { registers: [this.registry] };

  private readonly operations = new Counter({
    ...this.to,
    name: 'billing_admins_operations_total',
    help: "Completed operations. Outcome: ok, refused (the client's fault) or failed (the service's fault).",
    labelNames: ['type', 'transport', 'outcome'],
  });
  private readonly durations = new Histogram({
    ...this.to,
    name: 'billing_admins_operation_duration_seconds',
    help: 'Time until an operation was answered, or a subscription was open.',
    labelNames: ['type', 'transport'],
    buckets: BUCKETS,
  });
  private readonly errors = new Counter({
    ...this.to,
    name: 'billing_admins_errors_total',
    help: 'Errors in responses, by code. OTHER is an unexpected code.',
    labelNames: ['code'],
  });
  private readonly fanOuts = new Histogram({
    ...this.to,
    name: 'billing_admins_fan_out_duration_seconds',
    help: 'Time to deliver one log entry to the subscribers of its log stream that had seen everything before.',
    buckets: BUCKETS,
  });
  private readonly told = new Counter({
    ...this.to,
    name: 'billing_admins_fan_out_subscribers_total',
    help: 'Subscribers that received a log entry in this way.',
  });

  private readonly deliveries = new Counter({
    ...this.to,
    name: 'billing_admins_webhook_deliveries_total',
    help: 'Tries to deliver a webhook.',
    labelNames: ['outcome'],
  });

  delivered(outcome: DeliveryOutcome['kind']): void {
    this.deliveries.inc({ outcome: outcome.toLowerCase() });
  }

  answered({ transport, type, startedAt, errors = [] }: AnsweredOperation): void {
    const outcome = errors.length === 0 ? 'ok' : errors.some(isOurs) ? 'failed' : 'refused';
    this.operations.inc({ type, transport, outcome });
    this.durations.observe({ type, transport }, (performance.now() - startedAt) / 1_000);
  }

  fannedOut({ milliseconds, told }: FanOut): void {
    this.fanOuts.observe(milliseconds / 1_000);
    this.told.inc(told);
  }

  /** The same format, which counts what it is given. */
  countErrors(format: FormatError): FormatError {
    return (error, requestId) => {
      const formatted = format(error, requestId);
      this.errors.inc({ code: codeLabel(formatted.extensions?.code) });
      return formatted;
    };
  }

  /** Looks at these whenever somebody asks. */
  watch(
    { database, positionWatcher, subscriptions }: Services,
    sockets: () => SocketLoad,
    deliverer: () => Pick<WebhookDeliverer, 'behind' | 'waiting'> | null,
  ): void {
    this.gauge(
      'webhook_behind_events',
      'Events that the delivery of webhooks has yet to come to; 0 where another instance delivers.',
      () => deliverer()?.behind ?? 0,
    );
    this.gauge(
      'webhook_waiting_organizations',
      'Organizations of which webhooks wait for another try; 0 where another instance delivers.',
      () => deliverer()?.waiting ?? 0,
    );
    this.gauge('sockets', 'WebSockets that are open.', () => sockets().open);
    this.gauge('subscriptions', 'Subscriptions that run.', () => sockets().subscriptions);
    this.gauge('socket_unread_bytes', 'Bytes that wait for clients to read.', () => sockets().unread);
    this.gauge(
      'database_connections_in_use',
      "Connections of the pool that work, or SQLite's one writer.",
      () => database.load().running,
      'database_turns_in_use',
    );
    this.gauge(
      'database_calls_waiting',
      'Calls that wait for a connection.',
      () => database.load().waiting,
      'database_turns_waiting',
    );
    this.gauge(
      'log_lag_entries',
      'The most log entries of one organization that its subscribers have not received yet.',
      () => subscriptions.lag(),
    );
    this.gauge(
      'log_position_age_seconds',
      'How long ago the log positions of the watched organizations were last read; 0 while none is watched.',
      () => positionWatcher.pollAge() / 1_000,
      'log_look_age_seconds',
    );
  }

  /** In Prometheus' text format, with what is known of the process. */
  text(): Promise<string> {
    return Registry.merge([register, this.registry]).metrics();
  }

  /** @param formerName is kept beside the new name for one release, so that dashboards and alerts can change over. */
  private gauge(name: string, help: string, value: () => number, formerName?: string): void {
    if (formerName) this.gauge(formerName, `The former name of billing_admins_${name}. ${help}`, value);
    new Gauge({
      ...this.to,
      name: `billing_admins_${name}`,
      help,
      collect() {
        this.set(value());
      },
    });
  }
}
