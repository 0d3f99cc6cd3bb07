import { resolve } from 'node:path';
import { defineConfig } from 'vite';
import { precompress } from './precompress.ts';

const dist = resolve(import.meta.dirname, '../dist/web');

/** One line per page: its name and its HTML file. Pages share one folder of assets, so that React is loaded once for all. */
const pages = {
  billing: resolve(import.meta.dirname, 'billing/index.html'),
  graphiql: resolve(import.meta.dirname, 'graphiql/index.html'),
};

export default defineConfig({
  root: import.meta.dirname,
  base: '/',
  plugins: [precompress(resolve(dist, 'assets'))],
  // The server serves what lies in assets/ and nothing else; a public folder would have to be served without a hash.
  publicDir: false,
  build: {
    outDir: dist,
    // Outside of `root`, where Vite would otherwise leave the files of former builds beside the new ones. While it watches it leaves them: the
    // service would have no page, and no card, until the next build is finished.
    emptyOutDir: !process.argv.includes('--watch'),
    assetsDir: 'assets',
    // An inlined asset is a `data:` address, which the pages' Content-Security-Policy refuses for everything but images.
    assetsInlineLimit: 0,
    target: 'es2022',
    rolldownOptions: {
      input: pages,
      // Several hundred lines about 'use client' in libraries would bury a warning that means something.
      onLog: (level, log, report) => log.code !== 'MODULE_LEVEL_DIRECTIVE' && report(level, log),
    },
    // Monaco, the editor in GraphiQL, is larger than Vite's limit in one piece; it is loaded from the same machine.
    chunkSizeWarningLimit: 5_000,
    // Measuring every file's compressed size takes longer than it tells.
    reportCompressedSize: false,
  },
  worker: { format: 'es' },
});
