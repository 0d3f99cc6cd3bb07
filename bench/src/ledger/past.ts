import { recordUsage, type Usage } from '../../../src/actions/credits/record-usage';
import type { Services } from '../../../src/actions/services';
import type { Database } from '../../../src/store/database';
import { openDatabase } from '../../../src/store/open-database';
import { startService } from '../contenders/service';
import { emptyDatabase } from '../data/databases';
import { sender, tokenOf } from '../data/sender';
import { requestBytes } from '../measure/http-load';
import type { ServerProcess } from '../measure/server-process';
import { fillLedger } from './fill-ledger';
import { isGrant, MEMBERS, ORGANIZATION, OWNER, usageAt } from './history';
import type { Question } from './questions';
import { requireSound } from './require-sound';
import { servicesOn } from './services-on';

/** Entries of a batch: the most that the service takes. */
export const BATCH = 1_000;

/** An organization with a past of `size` entries, the service that runs on it, and the same database opened here. */
export class Past {
  /** Entries that were recorded since the past was made. */
  private recorded = 0;

  private constructor(
    readonly size: number,
    readonly server: ServerProcess,
    readonly database: Database,
    readonly services: Services,
    private readonly tokens: ReadonlyMap<string | null, string>,
    private readonly drop: () => Promise<void>,
  ) {}

  /** `mysql` as for `emptyDatabase`. */
  static async make(mysql: string | null, size: number): Promise<Past> {
    const empty = await emptyDatabase(mysql);
    const { url } = empty;
    await fillLedger(url, size);
    const server = await startService(url);
    const database = await openDatabase({ url });
    const tokens = new Map([
      [OWNER, await tokenOf(OWNER)],
      [null, await tokenOf(null)],
    ]);
    return new Past(size, server, database, servicesOn(database, Date.now), tokens, () => empty.drop());
  }

  request({ subject, query, variables }: Question): Buffer {
    return requestBytes('/graphql', this.tokens.get(subject)!, { query, variables });
  }

  /** Asks once, and throws where the answer is an error: the load looks at nothing but the status. */
  async ask({ subject, query, variables }: Question): Promise<void> {
    await (
      await sender(this.server.port, subject)
    )(query, variables);
  }

  /** Usage of now, with keys that nobody has used. */
  newUsages(count: number): Usage[] {
    return Array.from({ length: count }, () => ({
      organizationId: ORGANIZATION,
      userId: MEMBERS[this.recorded % MEMBERS.length]!,
      feature: 'measuring',
      credits: 1,
      occurredAt: null,
      idempotencyKey: `new ${++this.recorded}`,
    }));
  }

  /** Usages of the past with their keys, scattered over all of it; they repeat where it is shorter than the batch. */
  seenUsages(from: number): Usage[] {
    const step = Math.max(1, Math.floor(this.size / BATCH));
    return Array.from({ length: BATCH }, (_, index) => {
      const place = ((from + index * step) % this.size) + 1;
      return usageAt(isGrant(place) ? place + 1 + Number(place === this.size) * (1 - this.size) : place, this.size);
    });
  }

  record(usages: readonly Usage[]): Promise<unknown> {
    return recordUsage(this.services, usages);
  }

  /** Throws unless everything that was measured happened, once, and left a sound ledger. */
  requireSound(): Promise<void> {
    return requireSound(this.database, this.size + this.recorded);
  }

  async end(): Promise<void> {
    await this.server.stop();
    await this.database.close();
    await this.drop();
  }
}
