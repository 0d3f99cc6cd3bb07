import type { Limits } from './limits';

/** Bodies and messages have half of it each: as many as may come of the one end none of the other. */
const KINDS = 2;

/** Of what may wait unfinished, the part that the bodies from one address may have. */
const OF_ONE_ADDRESS = 4;

type UnfinishedLimits = Pick<Limits, 'unfinished'>;

/** Bytes that bodies, and messages as much again, may have unfinished. */
export function mostUnfinished({ unfinished }: UnfinishedLimits): number {
  return unfinished / KINDS;
}

/** Each piece of a body that the network has delivered costs some hundred bytes besides its own. */
const BYTES_OF_A_PIECE = 512;

/** A request's body of which the end has not come yet. */
export interface UnfinishedBody {
  readonly address: string;
  bytes: number;
  /** Ends its connection. */
  cutOff(): void;
}

/**
 * Bounds what is kept of requests' bodies of which the end has not come yet, for each address and over all (X4). What is over it ends the
 * largest.
 */
export class UnfinishedBytes {
  private readonly bodies = new Set<UnfinishedBody>();
  private readonly byAddress = new Map<string, number>();
  private sum = 0;
  private readonly most: number;
  private readonly mostOfAddress: number;

  constructor(limits: UnfinishedLimits) {
    this.most = mostUnfinished(limits);
    this.mostOfAddress = limits.unfinished / OF_ONE_ADDRESS;
  }

  begin(address: string, cutOff: () => void): UnfinishedBody {
    const body = { address, bytes: 0, cutOff };
    this.bodies.add(body);
    return body;
  }

  /** To be called with the length of each piece of the body. */
  grow(body: UnfinishedBody, length: number): void {
    if (!this.bodies.has(body)) return;
    this.add(body, Math.max(length, BYTES_OF_A_PIECE));
    const isTooMuchOfAddress = () => (this.byAddress.get(body.address) ?? 0) > this.mostOfAddress;
    if (isTooMuchOfAddress()) this.cutLargest(({ address }) => address === body.address, isTooMuchOfAddress);
    const isTooMuch = () => this.sum > this.most;
    if (isTooMuch()) this.cutLargest(() => true, isTooMuch);
  }

  /** The end has come, or its connection has gone. May be called more than once. */
  end(body: UnfinishedBody): void {
    this.bodies.delete(body);
    this.add(body, -body.bytes);
  }

  private add(body: UnfinishedBody, bytes: number): void {
    body.bytes += bytes;
    this.sum += bytes;
    const ofAddress = (this.byAddress.get(body.address) ?? 0) + bytes;
    if (ofAddress > 0) this.byAddress.set(body.address, ofAddress);
    else this.byAddress.delete(body.address);
  }

  private cutLargest(isMeant: (body: UnfinishedBody) => boolean, isTooMuch: () => boolean): void {
    const largestFirst = [...this.bodies].filter(isMeant).sort((one, other) => other.bytes - one.bytes);
    for (const body of largestFirst) {
      if (!isTooMuch()) return;
      this.end(body);
      body.cutOff();
    }
  }
}
