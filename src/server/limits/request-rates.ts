import { HeaderMap } from '@apollo/server';
import { GraphQLError } from 'graphql';
import type { Viewer } from '../../domain/viewer';
import type { Limits } from './limits';
import { Rate, type ShareRate } from './rate';

const A_MINUTE = 60;

/** A token with one of these is a host's own, never a user's: hosts meter thousands of times a second. */
export const SERVICE_SCOPES = [
  ...['directory:read', 'directory:write', 'usage:write', 'billing:write'],
  ...['access:read', 'events:read'],
];

/** How often each user, each host and each address may call (X3). What is one too many is thrown as `RATE_LIMITED`. */
export class RequestRates {
  private readonly users: Rate;
  private readonly services: Rate;
  private readonly addresses: Rate;

  constructor({ userRate, serviceRate, addressRate }: Limits, share: ShareRate | null) {
    const rate = (name: string, most: number) => new Rate({ name, most, seconds: A_MINUTE }, share);
    this.users = rate('user', userRate);
    this.services = rate('service', serviceRate);
    this.addresses = rate('address', addressRate);
  }

  /** Counts a request by its address, and by who asks. A host's own requests all come from one address. */
  async countRequest(viewer: Viewer, address: string): Promise<void> {
    if (!isService(viewer)) await this.countAddress(address);
    await this.countOperation(viewer);
  }

  /** Counts a request whose address had to be counted before it was known who asks. */
  async countIdentified(viewer: Viewer, address: string): Promise<void> {
    if (isService(viewer)) this.addresses.forgive(address);
    await this.countOperation(viewer);
  }

  async countOperation(viewer: Viewer): Promise<void> {
    refuseFor((isService(viewer) ? this.services : this.users).count(viewer.id));
  }

  async countAddress(address: string): Promise<void> {
    refuseFor(this.addresses.count(address));
  }

  close(): void {
    for (const rate of [this.users, this.services, this.addresses]) rate.close();
  }
}

/** Whether the token is a back end's own. */
export function isService({ scopes }: Viewer): boolean {
  return scopes.size > 0 && SERVICE_SCOPES.some((scope) => scopes.has(scope));
}

function refuseFor(seconds: number): void {
  if (seconds === 0) return;
  const headers = new HeaderMap([['retry-after', String(seconds)]]);
  throw new GraphQLError(`Too many requests. Repeat this one in ${seconds} seconds.`, {
    extensions: { code: 'RATE_LIMITED', retryAfter: seconds, http: { status: 429, headers } },
  });
}
