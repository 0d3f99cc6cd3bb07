import { readFileSync } from 'node:fs';
import type { EventEmitter } from 'node:events';
import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import { clientAddress, countedAddress, type TrustProxy } from './client-address';
import type { Limits } from './limits';
import { Tally } from './tally';

/** Files that the service opens besides the connections of its clients: the database's, Redis', the provider's, its own. */
const OTHER_FILES = 128;

/** Of all connections, the part that one address may have. */
const OF_ONE_ADDRESS = 2;

const REFUSAL = 'HTTP/1.1 429 Too Many Requests\r\nConnection: close\r\nContent-Length: 0\r\n\r\n';

type ConnectionLimits = Pick<Limits, 'connections' | 'addressConnections'>;

export interface ConnectionBounds {
  readonly all: number;
  readonly ofAddress: number;
}

/** So many connections that there are files left for all else, and others can connect when one address has all that it may have. */
export function connectionBounds(
  { connections, addressConnections }: ConnectionLimits,
  mostFiles: number,
): ConnectionBounds {
  const all = Math.min(connections, Math.max(2, mostFiles - Math.min(OTHER_FILES, Math.floor(mostFiles / 2))));
  return { all, ofAddress: Math.min(addressConnections, Math.floor(all / OF_ONE_ADDRESS)) };
}

/** Files that this process may have open at the same time. */
export function mostOpenFiles(): number {
  try {
    const [, soft] = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'latin1')) ?? [];
    return soft === undefined ? Infinity : Number(soft);
  } catch {
    // No Linux.
    return Infinity;
  }
}

const ADDRESS = Symbol('address');

/** Something that counts for an address until it closes. A function of its own for each would be memory for each connection. */
type Counted = EventEmitter & { [ADDRESS]?: string };

/**
 * Bounds the connections of each address and of all (X4). A proxy that is trusted has one address for all clients: what comes from it counts
 * for the address that it names, each request and each WebSocket as long as it goes on.
 */
export class Connections {
  private readonly ofAddresses: Tally;
  private readonly giveBack: (this: Counted) => void;
  private readonly closed: (this: Socket) => void;
  private all = 0;
  /** On which no whole request is being answered, those that have waited longest first. */
  private readonly waiting = new Set<Socket>();

  constructor(
    private readonly bounds: ConnectionBounds,
    private readonly trust: TrustProxy,
  ) {
    const ofAddresses = new Tally(bounds.ofAddress);
    this.ofAddresses = ofAddresses;
    this.giveBack = function () {
      if (this[ADDRESS] !== undefined) ofAddresses.giveBack(this[ADDRESS]);
    };
    const hasClosed = (socket: Socket) => {
      this.all -= 1;
      this.waiting.delete(socket);
    };
    this.closed = function () {
      hasClosed(this);
    };
  }

  bound(server: Server): void {
    server.on('connection', (socket: Socket) => {
      this.all += 1;
      socket.on('close', this.closed);
      if (!this.mayStay(socket) || !this.hasRoom()) {
        socket.write(REFUSAL);
        socket.destroy();
        return;
      }
      this.waiting.add(socket);
    });
  }

  /** A request has come whole on it, or a WebSocket whose user is known: it is not ended to make room. */
  isBusy(socket: Socket): void {
    this.waiting.delete(socket);
  }

  /** It has been answered. */
  isIdle(socket: Socket): void {
    if (!socket.destroyed) this.waiting.add(socket);
  }

  private mayStay(socket: Socket): boolean {
    const { remoteAddress } = socket;
    if (remoteAddress === undefined || this.trust(remoteAddress, 0)) return true;
    return this.count(countedAddress(remoteAddress), socket);
  }

  /** Where there are too many, the one that has waited longest ends. */
  private hasRoom(): boolean {
    if (this.all <= this.bounds.all) return true;
    const [longest] = this.waiting;
    if (!longest) return false;
    this.waiting.delete(longest);
    longest.destroy();
    return true;
  }

  /** Counts what a trusted proxy has passed on until `whole`, the answer or the WebSocket's connection, closes. False if it is one too many. */
  begin(request: IncomingMessage, whole: EventEmitter): boolean {
    const { remoteAddress } = request.socket;
    if (remoteAddress === undefined || !this.trust(remoteAddress, 0)) return true;
    return this.count(clientAddress(request, this.trust), whole);
  }

  private count(address: string, counted: Counted): boolean {
    if (!this.ofAddresses.take(address)) return false;
    counted[ADDRESS] = address;
    counted.on('close', this.giveBack);
    return true;
  }
}

/** To be thrown for a request that is one too many. */
export class TooManyConnections extends Error {
  override readonly name = 'TooManyConnections';
  readonly statusCode = 429;

  constructor() {
    super('Too many connections from this address.');
  }
}
