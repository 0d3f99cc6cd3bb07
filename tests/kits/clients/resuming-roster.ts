import type { Client } from 'graphql-ws';
import { Arrivals } from '../basics/arrivals';
import type { Data } from '../service/service';

const VERSIONS = `subscription ($organizationId: ID!, $afterVersion: SafeInt) {
  billingAdminRosterChanged(organizationId: $organizationId, afterVersion: $afterVersion) { version change { kind } roster { version } }
}`;

export interface Version {
  readonly version: number;
  readonly kind: string | null;
}

/**
 * A subscription as an application keeps it: each time that the client comes back to the service, it resumes from the version
 * that it has seen last (L2).
 */
export class ResumingRoster extends Arrivals<Version> {
  readonly stop: () => void;
  /** Resolves when the service has completed the subscription, and rejects when the client has given up. */
  readonly completed: Promise<void>;

  constructor(client: Client, organizationId: string, afterVersion: number | null = null) {
    super();
    const variables = { organizationId, afterVersion };
    let stop: () => void = () => undefined;
    this.completed = new Promise((resolve, reject) => {
      stop = client.subscribe<Data>(
        { query: VERSIONS, variables },
        {
          next: ({ data, errors }) => {
            if (!data) return reject(new Error('The subscription was refused.', { cause: errors }));
            const { version, change, roster } = data.billingAdminRosterChanged;
            expect(roster.version).toBeGreaterThanOrEqual(version);
            variables.afterVersion = version;
            this.take({ version, kind: change?.kind ?? null });
          },
          error: reject,
          complete: resolve,
        },
      );
    });
    this.completed.catch(() => undefined);
    this.stop = stop;
  }

  get versions(): number[] {
    return this.all.map(({ version }) => version);
  }
}
