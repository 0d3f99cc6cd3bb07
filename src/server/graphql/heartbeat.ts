import type { WebSocket } from 'ws';

/** Milliseconds between two pings of a socket: below what proxies take for an idle connection, and time enough to answer. */
const BEAT = 12_000;

/** The sockets are pinged in turn, so that many of them make no burst. */
const TURNS = 12;

/**
 * Finds out which clients are still there (RFC 6455, 5.5.2): a socket that has not answered one ping by the next is ended. One
 * timer does it for all sockets; one for each is memory that an idle socket need not cost.
 */
export class Heartbeat {
  private readonly turns = Array.from({ length: TURNS }, () => new Set<WebSocket>());
  private readonly silent = new WeakSet<WebSocket>();
  private readonly timer = setInterval(() => this.beat(), BEAT / TURNS).unref();
  private turn = 0;
  private next = 0;

  /** Keeps an eye on the socket until it is closed. */
  follow(socket: WebSocket): void {
    const those = this.turns[(this.next = (this.next + 1) % TURNS)]!;
    those.add(socket);
    socket.on('pong', () => this.silent.delete(socket));
    socket.once('close', () => those.delete(socket));
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private beat(): void {
    this.turn = (this.turn + 1) % TURNS;
    for (const socket of this.turns[this.turn]!) {
      if (this.silent.has(socket)) socket.terminate();
      else if (socket.readyState === socket.OPEN) {
        this.silent.add(socket);
        socket.ping();
      }
    }
  }
}
