import type { WebSocket } from 'ws';

/** "Policy violation" (RFC 6455, section 7.4.1): graphql-ws clients give up after it, since theirs is the fault. */
const TOO_MANY_MESSAGES = 1008;

/** Closes a socket on which more messages come in a second than may; what comes after is not read. */
export function boundMessages(socket: WebSocket, most: number): void {
  let count = 0;
  let since = 0;
  const counted = () => {
    const now = performance.now();
    if (now - since >= 1_000) {
      since = now;
      count = 0;
    }
    count += 1;
    if (count <= most) return;
    socket.removeAllListeners('message');
    socket.removeAllListeners('ping');
    socket.close(TOO_MANY_MESSAGES, 'Too many messages');
  };
  socket.on('message', counted);
  socket.on('ping', counted);
}
