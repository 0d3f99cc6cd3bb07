import { basename, join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

const CARD = 'billing-admins-card.js';

/** The scripts, styles and fonts of all pages, and the card for other applications' pages. What is not built is a 404. */
export async function registerWebAssets(app: FastifyInstance, folder: string): Promise<void> {
  await app.register(fastifyStatic, {
    root: join(folder, 'assets'),
    prefix: '/assets/',
    index: false,
    // Compressed once, by the build, as far as it goes.
    preCompressed: true,
    // A file's name holds the hash of its content: it never changes, and is asked for once.
    immutable: true,
    maxAge: '1y',
    // Called only where the file exists.
    setHeaders: (response, path) => {
      response.setHeader('x-content-type-options', 'nosniff');
      // The file may be a compressed one: `.br` or `.gz` follows the name.
      if (!basename(path).startsWith(CARD)) return;
      response.setHeader('cache-control', 'no-cache');
      response.setHeader('cross-origin-resource-policy', 'cross-origin');
    },
  });

  // Other applications' pages contain its address, so it does not change. Browsers request it each time, and its ETag allows 304.
  app.get(`/${CARD}`, (_request, reply) => reply.sendFile(CARD, join(folder, 'card'), { cacheControl: false }));
}
