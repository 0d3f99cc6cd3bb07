import { type Context, ROOT_CONTEXT } from '@opentelemetry/api';
import { Door, type NewOrganization } from '../../store/door';
import type { Change } from '../../store/open-change';
import type { Spans } from './spans';

/** Changes that this instance has made are told of at once: nobody asks for one that is so far back. */
const MOST_REMEMBERED = 1_000;

/** Where an entry of a log stands. */
export interface Place {
  readonly organizationId: string;
  readonly sequence: number;
}

/** Which span made which entry of a log, as long as it may still have to be told of. */
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

/** The one door (E1), with a span for each change. */
export class TracedDoor extends Door {
  /** Where the log stood when the change of a span began. */
  private readonly began = new WeakMap<Context, number>();

  constructor(
    private readonly spans: Spans,
    changes: RecentChanges,
    ...[database, clock, onCommit]: ConstructorParameters<typeof Door>
  ) {
    super(database, clock, (head) => {
      const context = spans.current();
      changes.note(head.organizationId, this.began.get(context) ?? head.sequence, head.sequence, context);
      onCommit(head);
    });
  }

  override change<T>(organizationId: string, work: (change: Change) => Promise<T>): Promise<T> {
    return this.spans.around('change', {}, () => super.change(organizationId, this.noting(work)));
  }

  override changeOrCreate<T>(
    organizationId: string,
    initial: NewOrganization,
    work: (change: Change) => Promise<T>,
  ): Promise<T> {
    return this.spans.around('change', {}, () => super.changeOrCreate(organizationId, initial, this.noting(work)));
  }

  private noting<T>(work: (change: Change) => Promise<T>): (change: Change) => Promise<T> {
    const context = this.spans.current();
    return (change) => {
      this.began.set(context, change.organization.sequence);
      return work(change);
    };
  }
}
