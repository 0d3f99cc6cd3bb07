import { setMaxListeners } from 'node:events';
import { createServer } from 'node:http';
import { useServer } from 'graphql-ws/use/ws';
import { createPubSub, createSchema } from 'graphql-yoga';
import { WebSocketServer } from 'ws';
import { SCALARS } from './shared/scalars';
import { viewerOf } from './shared/viewer-of';

// graphql-ws as its documentation has it: one execution and one serialisation for each subscriber and event. The event comes
// whole with POST /publish, so that nothing is read for it: only answering and sending are measured.

// One listener for each subscriber is what is measured here.
setMaxListeners(0);

const pubSub = createPubSub<{ roster: [object] }>();

const schema = createSchema({
  typeDefs: `
    scalar DateTime
    scalar SafeInt
    type Query { ready: Boolean }
    type Subscription { billingAdminRosterChanged(organizationId: ID!, afterVersion: SafeInt): Event! }
    type Event { version: SafeInt! change: Change roster: Roster! }
    type Change { kind: String! user: User! actor: User occurredAt: DateTime! }
    type Roster { version: SafeInt! owners: [User!]! admins: [Admin!]! }
    type Admin { user: User! addedBy: User addedAt: DateTime! }
    type User { id: ID! name: String! email: String! }
  `,
  resolvers: {
    ...SCALARS,
    Subscription: {
      billingAdminRosterChanged: { subscribe: () => pubSub.subscribe('roster'), resolve: (event: object) => event },
    },
  },
});

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    if (request.method === 'POST') pubSub.publish('roster', JSON.parse(Buffer.concat(chunks).toString()) as object);
    response.end('{}');
  });
});

useServer(
  {
    schema,
    onConnect: async ({ connectionParams }) => {
      await viewerOf((connectionParams as { authorization?: string }).authorization);
    },
  },
  new WebSocketServer({ server }),
);

server.listen(Number(process.env.PORT), '127.0.0.1');
