import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { webBuildFolder } from './web-build-folder';

/** The scripts, styles and fonts of all pages. Where they are not built, every one of them is a 404. */
export async function registerWebAssets(app: FastifyInstance): Promise<void> {
  await app.register(fastifyStatic, {
    root: join(webBuildFolder(), 'assets'),
    prefix: '/assets/',
    index: false,
    decorateReply: false,
    // A file's name holds the hash of its content: it never changes, and is asked for once.
    immutable: true,
    maxAge: '1y',
    setHeaders: (response) => void response.setHeader('x-content-type-options', 'nosniff'),
  });
}
