import 'reflect-metadata';
import { createServer } from 'node:http';
import { ApolloServer } from '@apollo/server';
import { expressMiddleware } from '@as-integrations/express5';
import DataLoader from 'dataloader';
import express from 'express';
import { useServer } from 'graphql-ws/use/ws';
import { buildSchema } from 'type-graphql';
import { In } from 'typeorm';
import { WebSocketServer } from 'ws';
import { ChangeResolver, changes, EventResolver, pubSub, RosterChangeResolver } from './plain/changes';
import { openRepositories, repositories } from './plain/entities';
import { AdminResolver, BillingResolver, OrganizationResolver, RosterResolver } from './plain/queries';
import type { Context, User } from './plain/types';
import { viewerOf } from './shared/viewer-of';

// The plain stack as most people write it: Apollo Server on Express, type-graphql, TypeORM repositories, dataloader, and
// graphql-ws with one execution for each subscriber.

const contextOf = async (authorization: string | undefined): Promise<Context> => ({
  viewer: await viewerOf(authorization),
  users: new DataLoader<string, User>(async (ids) => {
    const found = await repositories.users.findBy({ id: In([...ids]) });
    const byId = new Map(found.map((user) => [user.id, user]));
    return ids.map((id) => byId.get(id)!);
  }),
});

async function main() {
  changes.dataSource = await openRepositories(process.env.DATABASE_URL!);
  const schema = await buildSchema({
    resolvers: [
      OrganizationResolver,
      BillingResolver,
      RosterResolver,
      AdminResolver,
      ChangeResolver,
      EventResolver,
      RosterChangeResolver,
    ],
    validate: false,
    pubSub,
  });
  const apollo = new ApolloServer<Context>({ schema });
  await apollo.start();
  const app = express();
  app.get('/', (_request, response) => {
    response.send('ready');
  });
  app.use(
    '/graphql',
    express.json(),
    expressMiddleware(apollo, { context: ({ req }) => contextOf(req.headers.authorization) }),
  );
  const server = createServer(app);
  useServer(
    {
      schema,
      context: ({ connectionParams }) => contextOf((connectionParams as { authorization?: string }).authorization),
    },
    new WebSocketServer({ server, path: '/graphql' }),
  );
  server.listen(Number(process.env.PORT), '127.0.0.1');
}

void main();
