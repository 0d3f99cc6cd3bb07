import { type Context, ROOT_CONTEXT } from '@opentelemetry/api';
import { OrganizationTransactions, type NewOrganization } from '../../store/organization-transactions';
import type { OrganizationTransaction } from '../../store/organization-transaction';
import type { LogPosition } from '../../domain/log/log-position';
import type { Spans } from './spans';

/** Changes of this instance are delivered at once, so older ones are not needed. */
const MOST_REMEMBERED = 1_000;

/** Where an entry of a log stands. */
export interface Place {
  readonly organizationId: string;
  readonly sequence: number;
}

/** Which span made which log entry, while it may still have to be delivered. */
export class RecentChanges {
  private readonly contexts = new Map<string, Context>();

  /** What made the entry; nothing where another instance did, or it was long ago. */
  madeAt({ organizationId, sequence }: Place): Context {
    return this.contexts.get(`${organizationId} ${sequence}`) ?? ROOT_CONTEXT;
  }

  note(organizationId: string, after: number, upTo: number, context: Context): void {
    for (let sequence = after + 1; sequence <= upTo; sequence++)
      this.contexts.set(`${organizationId} ${sequence}`, context);
    for (const oldest of this.contexts.keys()) {
      if (this.contexts.size <= MOST_REMEMBERED) return;
      this.contexts.delete(oldest);
    }
  }
}

/** The same organization transactions (E1), with a span for each. */
export class TracedTransactions extends OrganizationTransactions {
  /** Where the log stood when the change of a span began. */
  private readonly began = new WeakMap<Context, number>();

  constructor(
    private readonly spans: Spans,
    changes: RecentChanges,
    ...[database, clock, onCommit, settleDue]: ConstructorParameters<typeof OrganizationTransactions>
  ) {
    const told = (logPosition: LogPosition) => {
      const context = spans.current();
      changes.note(
        logPosition.organizationId,
        this.began.get(context) ?? logPosition.sequence,
        logPosition.sequence,
        context,
      );
      onCommit(logPosition);
    };
    super(database, clock, told, settleDue);
  }

  protected override enter<T>(
    organizationId: string,
    initial: NewOrganization | null,
    work: (transaction: OrganizationTransaction) => Promise<T>,
  ): Promise<T> {
    return this.spans.around('change', {}, () => {
      const context = this.spans.current();
      return super.enter(organizationId, initial, (transaction) => {
        this.began.set(context, transaction.organization.sequence);
        return work(transaction);
      });
    });
  }
}
