import { createRequire } from 'node:module';
import { join } from 'node:path';
import { inspect } from 'node:util';
import type { Mechanism } from './service';

/** A mechanism of the service: a compiled module, and what its exports are without the mechanism. */
interface Replacement {
  readonly file: string;
  readonly exported: Readonly<Record<string, unknown>>;
}

const REPLACEMENTS: Readonly<Record<Mechanism, Replacement>> = {
  'giving-way': {
    file: './dist/src/store/give-way.js',
    exported: { giveWay: () => null, untilOthersAreDone: async () => undefined },
  },
  'commits-beside': {
    file: './dist/src/store/engines/commit-beside.js',
    exported: { commitBeside: async (connection: { exec(sql: string): void }) => connection.exec('COMMIT') },
  },
};

/** The service of the checkout that the first argument names, as `npm start` starts it, but for the mechanism that the second one names. */
const [root = '', without = ''] = process.argv.slice(2);
const requireThere = createRequire(join(root, 'package.json'));
const { file, exported } = REPLACEMENTS[without as Mechanism];
const replaced = requireThere(file) as Record<string, unknown>;
for (const [name, value] of Object.entries(exported)) {
  if (typeof replaced[name] !== 'function') throw new Error(`${file} has no ${name} any more.`);
  replaced[name] = value;
}
const { main } = requireThere('./dist/src/main.js') as { readonly main: () => Promise<void> };

main().catch((error: unknown) => {
  process.stderr.write(`${inspect(error)}\n`, () => process.exit(1));
});
