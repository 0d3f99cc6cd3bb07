import type { Limits } from './limits';

/** Of what may wait unfinished, the part that one address may have. */
const OF_ONE_ADDRESS = 4;

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
 * Bounds what is kept of requests and messages of which the end has not come yet, for each address and over all (X4). What is over it ends
 * the largest.
 */
export class UnfinishedBytes {
  /** Of messages on sockets, when they were last looked at. */
  messages = 0;
  private readonly bodies = new Set<UnfinishedBody>();
  private readonly byAddress = new Map<string, number>();
  private sum = 0;
  readonly most: number;

  constructor({ unfinished }: Pick<Limits, 'unfinished'>) {
    this.most = unfinished;
  }

  /** Of requests' bodies. */
  get ofBodies(): number {
    return this.sum;
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
    const mostOfAddress = this.most / OF_ONE_ADDRESS;
    if ((this.byAddress.get(body.address) ?? 0) > mostOfAddress)
      this.cutLargest(
        ({ address }) => address === body.address,
        () => (this.byAddress.get(body.address) ?? 0) > mostOfAddress,
      );
    if (this.sum + this.messages > this.most)
      this.cutLargest(
        () => true,
        () => this.sum + this.messages > this.most,
      );
  }

  /** The end has come, or its connection has gone. May be called more than once. */
  end(body: UnfinishedBody): void {
    if (!this.bodies.delete(body)) return;
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
