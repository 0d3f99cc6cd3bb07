import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A host application's address of tokens, on an origin of its own: it responds to requests with the cookies of its user. */
export async function startTokenSource(makeToken: () => Promise<string>) {
  let origin = '';
  let count = 0;
  const waiting: { times: number; resolve: () => void }[] = [];

  const server = createServer((_request, response) => {
    void makeToken().then((token) => {
      response.writeHead(200, {
        'content-type': 'application/json',
        'access-control-allow-origin': origin,
        'access-control-allow-credentials': 'true',
      });
      response.end(JSON.stringify({ token }));
      count += 1;
      for (const { times, resolve } of waiting) if (count >= times) resolve();
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/billing-token`,
    /** The origin whose pages may read the tokens. */
    allow: (allowed: string) => {
      origin = allowed;
    },
    /** Resolves once so many tokens have been given. */
    asked: (times: number) =>
      count >= times ? Promise.resolve() : new Promise<void>((resolve) => waiting.push({ times, resolve })),
    close: () => new Promise<unknown>((closed) => server.close(closed)),
  };
}
