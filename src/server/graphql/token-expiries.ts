import { CloseCode } from 'graphql-ws';
import { atTime } from '../identity/expiry-timer';
import type { ClientSocket } from './client-socket';

/** graphql-ws clients come back after this code, and give up after 4401 (L5, L6). */
const TOKEN_REFUSED = CloseCode.Forbidden;

export function closeExpired(socket: ClientSocket): void {
  socket.close(TOKEN_REFUSED, 'Token expired');
}

/** Closes each socket when its viewer's token expires (L5). One timer does for all: it waits for the next that expires. */
export class TokenExpiries {
  private next = Infinity;
  private callOff: () => void = () => undefined;

  constructor(private readonly sockets: ReadonlySet<ClientSocket>) {}

  /** Called with each token of a socket. */
  watch(expiresAt: number): void {
    if (expiresAt >= this.next) return;
    this.callOff();
    this.next = expiresAt;
    this.callOff = atTime(expiresAt, () => this.closeAll());
  }

  stop(): void {
    this.callOff();
    this.next = -Infinity;
  }

  private closeAll(): void {
    const now = Date.now();
    let next = Infinity;
    for (const socket of this.sockets) {
      const expiresAt = socket.viewer?.expiresAt ?? Infinity;
      if (expiresAt <= now) closeExpired(socket);
      else next = Math.min(next, expiresAt);
    }
    this.next = Infinity;
    this.watch(next);
  }
}
