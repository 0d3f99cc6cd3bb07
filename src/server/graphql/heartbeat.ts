import { type ClientSocket, ofEach } from './client-socket';

/** Milliseconds between two pings of a socket: below what proxies take for an idle connection, and time enough to answer. */
const BEAT = 12_000;

/** The sockets are pinged in turn, so that many of them make no burst. */
const TURNS = 12;

/**
 * Finds out which clients are still there (RFC 6455, 5.5.2): a socket that has not answered one ping by the next is ended. One
 * timer does it for all sockets; one for each is memory that an idle socket need not cost.
 */
export class Heartbeat {
  private readonly timer = setInterval(() => this.beat(), BEAT / TURNS).unref();
  private turn = 0;
  private next = 0;

  /** Keeps an eye on these sockets, each from when it is followed. */
  constructor(private readonly sockets: ReadonlySet<ClientSocket>) {}

  follow(socket: ClientSocket): void {
    socket.turn = this.next = (this.next + 1) % TURNS;
    socket.on('pong', heard);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private beat(): void {
    this.turn = (this.turn + 1) % TURNS;
    for (const socket of this.sockets) {
      if (socket.turn !== this.turn) continue;
      if (socket.isSilent) socket.terminate();
      else if (socket.readyState === socket.OPEN) {
        socket.isSilent = true;
        socket.ping();
      }
    }
  }
}

const heard = ofEach((socket, data: Buffer) => {
  socket.noteControl(data);
  socket.isSilent = false;
});
