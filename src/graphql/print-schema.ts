import { readFileSync, writeFileSync } from 'node:fs';
import { printSchemaWithDirectives } from '@graphql-tools/utils';
import { lexicographicSortSchema } from 'graphql';
import { buildSchema } from './schema';

const PATH = 'schema.graphql';

/** The public schema as text, sorted and with its directives: `printSchema` drops them, and with them all of the access. */
export function schemaText(): string {
  return `${printSchemaWithDirectives(lexicographicSortSchema(buildSchema()))}\n`;
}

if (require.main === module) {
  const text = schemaText();
  if (!process.argv.includes('--check')) writeFileSync(PATH, text);
  else if (readFileSync(PATH, 'utf8') !== text) {
    console.error(`${PATH} is not what the code says. Run "npm run schema:print" and look at the difference.`);
    process.exitCode = 1;
  }
}
