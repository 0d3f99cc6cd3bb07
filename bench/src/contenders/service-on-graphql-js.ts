import { createRequire } from 'node:module';
import { join } from 'node:path';
import { inspect } from 'node:util';

/** What is used of the service's `main.ts`. */
interface Main {
  readonly main: (probes: { readonly execute: unknown }) => Promise<void>;
}

/** The service of the checkout that the first argument names, as `npm start` starts it, but for graphql-js in place of planned execution. */
const [root = ''] = process.argv.slice(2);
// Its own packages: graphql-js knows schemas of its own copy alone.
const requireThere = createRequire(join(root, 'package.json'));
const { main } = requireThere('./dist/src/main.js') as Main;
const { execute } = requireThere('graphql') as { readonly execute: unknown };

main({ execute }).catch((error: unknown) => {
  process.stderr.write(`${inspect(error)}\n`, () => process.exit(1));
});
