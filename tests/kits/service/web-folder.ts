import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';

export interface WebFolder {
  readonly path: string;
  remove(): void;
}

const PAGE = '<!doctype html><html><head><title>A page</title></head><body></body></html>';

const FILES: Readonly<Record<string, string | Buffer>> = {
  'billing/index.html': PAGE,
  'graphiql/index.html': PAGE,
  'assets/page-1a2b.js': 'export {};\n',
  'assets/page-1a2b.js.br': brotliCompressSync('export {};\n'),
  'card/billing-admins-card.js': 'export {};\n',
};

/** What a build leaves, as far as the service knows of it: so that tests need no build. */
export const builtPages = () => folderOf(FILES);

/** Where nothing has been built. */
export const noPages = () => folderOf({});

function folderOf(files: Readonly<Record<string, string | Buffer>>): WebFolder {
  const path = mkdtempSync(join(tmpdir(), 'billing-admins-web-'));
  for (const [name, content] of Object.entries(files)) {
    const file = join(path, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
  return { path, remove: () => rmSync(path, { recursive: true }) };
}
