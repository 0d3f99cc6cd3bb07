import { createServer } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';

// The limit of a fan-out: ready bytes to every socket of a bare `ws`. What it is to send comes with POST /publish.

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    if (request.method === 'POST') {
      const bytes = Buffer.concat(chunks);
      for (const socket of subscribed) socket.send(bytes, TEXT);
    }
    response.end('{}');
  });
});

const TEXT = { binary: false, compress: false };
const subscribed = new Set<WebSocket>();

new WebSocketServer({ server, handleProtocols: () => 'graphql-transport-ws' }).on('connection', (socket) => {
  socket.on('close', () => subscribed.delete(socket));
  socket.on('message', (data: Buffer) => {
    const { type, id } = JSON.parse(data.toString()) as { type: string; id?: string };
    if (type === 'connection_init') socket.send('{"type":"connection_ack"}');
    if (type !== 'subscribe') return;
    subscribed.add(socket);
    socket.send(JSON.stringify({ id, type: 'next', payload: {} }));
  });
});

server.listen(Number(process.env.PORT), '127.0.0.1');
