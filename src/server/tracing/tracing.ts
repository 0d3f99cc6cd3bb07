import { setTimeout as delay } from 'node:timers/promises';
import { type Link, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { TracerProvider } from '@opentelemetry/sdk-trace';
import type { FastifyInstance } from 'fastify';
import type { ExecuteEvent } from '../../graphql/events';
import type { Database } from '../../store/database';
import type { OrganizationTransactions } from '../../store/organization-transactions';
import { type AnsweredOperation, isOurs } from '../metrics/metrics';
import { type CollectorLine, exportedSpans } from './exported-spans';
import { Spans } from './spans';
import { type Place, RecentChanges, TracedTransactions } from './traced-changes';
import { traceRequests } from './traced-requests';
import { type SocketHooks, traceSocketOperations } from './traced-sockets';
import { traceStatements } from './traced-statements';

export type { CollectorLine } from './exported-spans';

/** A client may choose a name as long as its document may be. */
const MOST_OF_A_NAME = 100;

/** How long the last spans may take to leave at shutdown, in milliseconds; O4 has ten seconds for everything. */
const LAST_SPANS_GRACE = 1_000;

/** The same service, with spans of what it does. Each part stands around another of the service, which knows nothing of it. */
export class Tracing {
  private readonly provider: TracerProvider;
  private readonly spans: Spans;
  private readonly changes = new RecentChanges();

  constructor(url: string, line: CollectorLine) {
    this.provider = exportedSpans(url, line);
    this.spans = new Spans(this.provider.getTracer('billing-admins'));
  }

  /** For a line of the log. */
  logFields(): { traceId?: string } {
    const traceId = this.spans.traceId();
    return traceId === undefined ? {} : { traceId };
  }

  ofRequests(app: FastifyInstance): void {
    traceRequests(app, this.spans);
  }

  ofSockets<Extra>(hooks: SocketHooks<Extra>): SocketHooks<Extra> {
    return traceSocketOperations(hooks, this.spans);
  }

  ofStatements(database: Database): Database {
    return traceStatements(database, this.spans);
  }

  ofTransactions(...dependencies: ConstructorParameters<typeof OrganizationTransactions>): OrganizationTransactions {
    return new TracedTransactions(this.spans, this.changes, ...dependencies);
  }

  /** Says what the operation was that is being answered here. */
  answered({ type, name, errors = [] }: AnsweredOperation): void {
    const span = trace.getSpan(this.spans.current());
    if (!span || type === 'unknown') return;
    const called = name?.slice(0, MOST_OF_A_NAME);
    span.updateName(called === undefined ? type : `${type} ${called}`);
    span.setAttribute('graphql.operation.type', type);
    if (called !== undefined) span.setAttribute('graphql.operation.name', called);
    // Their codes alone: words may hold what a client has sent.
    if (errors.length > 0)
      span.setAttribute('error.type', [...new Set(errors.map(({ extensions }) => String(extensions?.code)))].join(' '));
    if (errors.some(isOurs)) span.setStatus({ code: SpanStatusCode.ERROR });
  }

  /** Delivering a change to a group. */
  readonly aroundDelivery = <T>(entry: Place, deliver: () => Promise<T>): Promise<T> =>
    this.deliver(entry, [], deliver);

  /** Telling one subscriber, by a subscription that begins here. */
  ofEvents(execute: ExecuteEvent): ExecuteEvent {
    const subscription = trace.getSpanContext(this.spans.current());
    const links = subscription ? [{ context: subscription }] : [];
    return (args) => this.deliver(placeOf(args.rootValue), links, () => Promise.resolve(execute(args)));
  }

  /** Sends what has not been sent, and takes nothing more. */
  async close(): Promise<void> {
    const lastSpans = this.provider.shutdown().catch(() => undefined);
    await Promise.race([lastSpans, delay(LAST_SPANS_GRACE, undefined, { ref: false })]);
  }

  /** Within the delivered change, if this instance has just made it. */
  private deliver<T>(place: Place | null, links: Link[], deliver: () => Promise<T>): Promise<T> {
    const parent = place ? this.changes.madeAt(place) : ROOT_CONTEXT;
    return this.spans.around('deliver', { kind: SpanKind.PRODUCER, links }, deliver, parent);
  }
}

/** The log entry of an event. Null for a snapshot. */
function placeOf(event: unknown): Place | null {
  const { change, kind } = event as { change?: Place | null; kind?: string | null };
  if (change) return change;
  return kind == null ? null : (event as Place);
}
