import type { Server } from 'node:net';

/** How long work waits for connections that keep coming, in milliseconds. */
const LONGEST = 50;

/**
 * Lets connections in before work. libuv accepts one in each turn of the event loop, so that a new connection behind a hundred others waits
 * for a hundred turns. They are short where no work is begun in them.
 */
export class Arrivals {
  private accepted = 0;

  constructor(server: Server) {
    server.on('connection', () => {
      this.accepted += 1;
    });
  }

  /** For one kind of work: tells, in each turn in which it could go on, whether it is to wait for the next. */
  waitFor(): () => boolean {
    let known = this.accepted;
    let since: number | null = null;
    return () => {
      const now = performance.now();
      const keepsComing = this.accepted > known;
      known = this.accepted;
      if (keepsComing) since ??= now;
      if (keepsComing && now - since! < LONGEST) return true;
      since = null;
      return false;
    };
  }
}
