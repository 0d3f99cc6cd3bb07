import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Plugin } from 'vite';

const brotli = promisify(brotliCompress);
const gzipped = promisify(gzip);

/** Fonts are compressed already, and below a kilobyte the headers weigh more than what is saved. */
const WORTH_IT = /\.(js|css|svg)$/;
const COMPRESSED = /\.(br|gz)$/;
const LEAST_BYTES = 1024;

/** Brotli's best takes seconds for each megabyte: the editor's files, which only developers load, get a lighter one. */
const LARGE = 400_000;

/**
 * Lays `.br` and `.gz` beside each file, so that the service compresses nothing while it runs. A build that watches compresses nothing, which
 * takes longer than the build, and removes what an earlier build has compressed: the service would serve that.
 */
export function precompress(folder: string): Plugin {
  let isWatching = false;
  return {
    name: 'precompress',
    apply: 'build',
    configResolved: ({ build }) => {
      isWatching = build.watch !== null;
    },
    closeBundle: async () => {
      const entries = await readdir(folder, { recursive: true, withFileTypes: true });
      const [pattern, work] = isWatching ? [COMPRESSED, rm] : [WORTH_IT, compress];
      const files = entries.filter((entry) => entry.isFile() && pattern.test(entry.name));
      await Promise.all(files.map(({ parentPath, name }) => work(join(parentPath, name))));
    },
  };
}

async function compress(file: string): Promise<void> {
  const content = await readFile(file);
  if (content.length < LEAST_BYTES) return;
  const quality = content.length > LARGE ? 5 : constants.BROTLI_MAX_QUALITY;
  const [br, gz] = await Promise.all([
    brotli(content, { params: { [constants.BROTLI_PARAM_QUALITY]: quality } }),
    gzipped(content, { level: content.length > LARGE ? 6 : 9 }),
  ]);
  await Promise.all([writeFile(`${file}.br`, br), writeFile(`${file}.gz`, gz)]);
}
