import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { ApolloServerErrorCode } from '@apollo/server/errors';
import { buildSchema, type GraphQLEnumType } from 'graphql';
import { LIMITS } from '../../src/server/limits/limits';
import { migrations } from '../../src/store/schema/migrations';
import { withFloorsPicture } from '../kits/commands/floors-picture';

const ROOT = resolve(__dirname, '../..');
const EXAMPLE = 'examples/better-auth/README.md';
const PAGES = [
  ...['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'SECURITY.md'],
  EXAMPLE,
  ...filesUnder('docs').filter((file) => file.endsWith('.md')),
];

/** Of a page that somebody reads to find out where to read on. */
const MOST_CHARACTERS = 20_000;

describe('the README', () => {
  test('is short, and names every page of the guide', () => {
    const readme = read('README.md');
    expect(readme.length).toBeLessThanOrEqual(MOST_CHARACTERS);
    for (const page of filesUnder('docs/guide')) expect(readme).toContain(`](${page})`);
  });
});

describe('the guide', () => {
  test('has a row for each setting that the service reads, and for nothing else', () => {
    const [, variables = ''] = read('src/server/settings.ts').split('const VARIABLES = {');
    const settings = [...variables.split('} as const')[0]!.matchAll(/^ {2}([A-Z][A-Z_]*): \[/gm)].map(
      ([, name]) => name,
    );
    expect(settings).toContain('DATABASE_URL');
    expect(wordsOfTable('settings', 'variable').sort()).toEqual(settings.sort());
  });

  test('has a row for each limit, with its default', () => {
    const rows = Object.values(LIMITS).map(([variable, , , , otherwise]) => [variable, String(otherwise)]);
    const defaults = rowsOfTable('settings', 'limit').map((cells) => [
      cells[1]?.replaceAll('`', '').trim(),
      cells[3]?.trim(),
    ]);
    expect(defaults).toEqual(rows);
  });

  test('has a row for each code of a top-level error, and for nothing else', () => {
    // However a code is written where errors are made: `{ code: 'X' }`, `coded(error, 'X')`, or by HTTP status.
    const made =
      /(?:\bcode: |\bcode \?\? .*|coded\([^\n]*, |refused\(|\.test\(message\)\s*\? |\b\d{3}: |'INTERNAL_SERVER_ERROR' : )'([A-Z][A-Z_]+)'/g;
    const sources = filesUnder('src/graphql/errors').concat(filesUnder('src/server'));
    const own = sources.flatMap((file) => [...read(file).matchAll(made)].map(([, code]) => code!));
    expect(own).toEqual(expect.arrayContaining(['FORBIDDEN', 'GRAPHQL_VALIDATION_FAILED', 'PAYLOAD_TOO_LARGE']));
    const codes = new Set<string>([...own, ...Object.values(ApolloServerErrorCode), 'BAD_REQUEST']);
    expect(wordsOfTable('errors', 'code').sort()).toEqual([...codes].sort());
  });

  test('has a row for each code of userErrors, and for nothing else', () => {
    const codes = buildSchema(read('schema.graphql')).getType('UserErrorCode') as GraphQLEnumType;
    expect(wordsOfTable('errors', 'code', 1).sort()).toEqual(
      codes
        .getValues()
        .map(({ name }) => name)
        .sort(),
    );
  });

  test('has a row for each billing control', () => {
    const controls = buildSchema(read('schema.graphql')).getType('BillingControl') as GraphQLEnumType;
    expect(wordsOfTable('integrate', 'control').sort()).toEqual(
      controls
        .getValues()
        .map(({ name }) => name)
        .sort(),
    );
  });

  test('has a row for each call of the directory', () => {
    const mutations = buildSchema(read('schema.graphql')).getMutationType()?.getFields() ?? {};
    const calls = Object.values(mutations).filter(({ astNode }) =>
      astNode?.directives?.some(({ name }) => name.value === 'requiresScopes'),
    );
    expect(wordsOfTable('integrate', 'when, in your application', 0, 1).sort()).toEqual(
      calls.map(({ name }) => name).sort(),
    );
  });
});

describe.each(PAGES)('%s', (page) => {
  const text = read(page);

  test('links to no file that is not there', () => {
    const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target!);
    const files = targets.filter((target) => !/^[a-z]+:/.test(target)).map((target) => target.split('#')[0]!);
    expect(files.filter((file) => !existsSync(join(ROOT, dirname(page), file)))).toEqual([]);
  });

  test('names no npm script that is not there', () => {
    const folders = page === EXAMPLE ? ['', `${dirname(EXAMPLE)}/`] : [''];
    const scripts = Object.assign({}, ...folders.map((folder) => scriptsOf(`${folder}package.json`))) as object;
    const named = [...text.matchAll(/npm run ([a-z:]+)/g)].map(([, name]) => name!);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });
});

test('the architecture has the picture that npm run draw:floors draws', () => {
  const page = read('docs/architecture.md');
  expect(withFloorsPicture(page, ROOT)).toBe(page);
});

describe('the version', () => {
  const [{ version: ofPackage }, { version: ofLock }] = ['package.json', 'package-lock.json'].map(
    (file) => JSON.parse(read(file)) as { version: string },
  ) as [{ version: string }, { version: string }];

  test('is the newest of the changelog, which says its date, below what is not released yet', () => {
    const headings = [...read('CHANGELOG.md').matchAll(/^## (.+)$/gm)].map(([, heading]) => heading!);
    expect(headings[0]).toBe('[Unreleased]');
    expect(headings[1]).toMatch(/^\[\d+\.\d+\.\d+\] - \d{4}-\d{2}-\d{2}$/);
    expect(headings[1]).toContain(`[${ofPackage}]`);
    expect(ofLock).toBe(ofPackage);
  });

  test('has a row and a section in the page about upgrades, and each migration has a row there', () => {
    const page = read('docs/guide/upgrade.md');
    const [ofVersion] = rowsOfTable('upgrade', 'version').slice(-1);
    expect(ofVersion?.[1]?.trim()).toBe(ofPackage);
    expect(page).toMatch(new RegExp(`^## From \\S+ to ${ofPackage.replaceAll('.', '\\.')}$`, 'm'));
    const named = [...page.matchAll(/^\| `([A-Za-z]+\d{13})` /gm)].map(([, name]) => name);
    expect(named).toEqual(migrations.map((Migration) => new Migration().name));
  });
});

describe('records of decisions', () => {
  const records = filesUnder('docs').filter((file) => /^docs\/\d[^/]*\.md$/.test(file));

  test('are numbered without a hole, and named in kebab-case', () => {
    expect(records.map((file) => file.replace(/\d{4}/, ''))).toEqual(
      records.map(() => expect.stringMatching(/^docs\/(-[a-z0-9]+)+\.md$/)),
    );
    expect(records.map((file) => Number(/\d{4}/.exec(file)))).toEqual(records.map((_, index) => index + 1));
  });

  test.each(records)('%s has the title that the architecture gives it, which is no question', (file) => {
    const [, title] = /^# \d+\. (.+)$/m.exec(read(file)) ?? [];
    expect(read('docs/architecture.md')).toContain(`[${title}](${file.slice('docs/'.length)})`);
    expect(title).not.toMatch(/^(What|Who|Where|How|Why)\b/);
  });

  test.each(records)('%s has a status, a date, the alternatives, and what would change it', (file) => {
    const text = read(file);
    const headings = [...text.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
    expect(text).toMatch(/^Status: \w+/m);
    expect(text).toMatch(/^Date: \d{4}-\d{2}-\d{2}$/m);
    expect(headings).toEqual(['Context', 'Decision', 'Alternatives', 'Consequences']);
    expect(text).toMatch(/^We would change this if \S/m);
  });
});

/** The words in backticks in a column of the table (the nth of them) of a page of the guide whose first column is headed so. */
function wordsOfTable(page: string, heading: string, nth = 0, column = 0): string[] {
  return rowsOfTable(page, heading, nth).flatMap((cells) =>
    [...(cells[column + 1] ?? '').matchAll(/`(\w+)`/g)].map(([, word]) => word!),
  );
}

function rowsOfTable(page: string, heading: string, nth = 0): string[][] {
  const tables = read(`docs/guide/${page}.md`)
    .split('\n\n')
    .filter((block) => new RegExp(`^\\| *${heading} *\\|`).test(block));
  const rows = (tables[nth] ?? '').split('\n').slice(2);
  return rows.map((row) => row.split('|'));
}

function scriptsOf(file: string): object {
  return (JSON.parse(read(file)) as { scripts: object }).scripts;
}

function filesUnder(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length + 1))
    .sort();
}

function read(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}
