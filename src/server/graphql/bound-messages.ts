import type { ClientSocket } from './client-socket';

/** "Policy violation" (RFC 6455, section 7.4.1): graphql-ws clients give up after it, since theirs is the fault. */
const TOO_MANY_MESSAGES = 1008;

/** Counts a message. Closes a socket on which more come in a second than may; what comes after is not to be read. */
export function isOneTooMany(socket: ClientSocket, most: number): boolean {
  // Whole milliseconds: a fraction would be an object on the heap for each socket.
  const now = Math.floor(performance.now());
  if (now - socket.messagesSince >= 1_000) {
    socket.messagesSince = now;
    socket.messages = 0;
  }
  socket.messages += 1;
  if (socket.messages <= most) return false;
  socket.removeAllListeners('message');
  socket.removeAllListeners('ping');
  socket.close(TOO_MANY_MESSAGES, 'Too many messages');
  return true;
}
