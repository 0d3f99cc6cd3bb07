import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, relative, resolve, sep } from 'node:path';
import { PAYMENT_PROVIDERS } from '../../src/domain/billing/terms';

const ROOT = resolve(__dirname, '../..');

const SOURCES = filesUnder('src');
const MIGRATIONS = filesUnder('migrations');
const TESTS = filesUnder('tests');

const TOP_LEVEL = [
  ...['src', 'migrations', 'tests', 'web', 'bench', 'mutants', 'examples', 'docs'],
  ...['schema.graphql', 'ormconfig.ts', 'package.json', 'package-lock.json', 'jest.config.js', 'eslint.config.mjs'],
  ...['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'SECURITY.md', 'LICENSE'],
];

describe('names', () => {
  test('every file in src is kebab-case', () => {
    expect(SOURCES.filter((file) => !/^[a-z0-9]+(-[a-z0-9]+)*\.[a-z]+$/.test(basename(file)))).toEqual([]);
  });

  test('every folder in src is kebab-case', () => {
    const folders = SOURCES.flatMap((file) => file.split('/').slice(0, -1));
    expect(folders.filter((folder) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(folder))).toEqual([]);
  });

  test('every migration is named by its time and, in kebab-case, by what it does', () => {
    expect(MIGRATIONS.filter((file) => !/^migrations\/\d{13}-[a-z0-9]+(-[a-z0-9]+)*\.ts$/.test(file))).toEqual([]);
  });

  test('no file is named for its folder, because a reader searches by name', () => {
    expect([...SOURCES, ...TESTS].filter((file) => /^index\./.test(basename(file)))).toEqual([]);
  });

  test('nothing is named utils, helpers, common, manager or base, because such names say nothing', () => {
    const empty = ['util', 'utils', 'helper', 'helpers', 'common', 'manager', 'managers', 'base'];
    const words = (file: string) => file.toLowerCase().split(/[^a-z0-9]+/);
    expect([...SOURCES, ...MIGRATIONS, ...TESTS].filter((file) => words(file).some((w) => empty.includes(w)))).toEqual(
      [],
    );
  });

  test('nothing in src is exported by default, because a default has no name to search for', () => {
    expect(SOURCES.filter((file) => /^export\s+default\b|\bas\s+default\b/m.test(read(file)))).toEqual([]);
  });
});

describe('the top level', () => {
  test('holds the named files and folders alone', () => {
    const isDotfile = (name: string) => name.startsWith('.');
    const isTsconfig = (name: string) => /^tsconfig(\.[a-z]+)?\.json$/.test(name);
    const strangers = readdirSync(ROOT).filter(
      (name) => !TOP_LEVEL.includes(name) && !isDotfile(name) && !isTsconfig(name) && !isIgnoredByGit(name),
    );
    expect(strangers).toEqual([]);
  });
});

describe('the checks', () => {
  const { scripts, wireit } = JSON.parse(read('package.json')) as {
    scripts: Record<string, string>;
    wireit: Record<string, { dependencies?: string[] }>;
  };
  const checks = Object.keys(scripts).filter((name) => name.startsWith('check:'));

  test.each(checks)('%s is run by check', (name) => {
    expect(scripts.check).toBe('wireit');
    expect(wireit.check?.dependencies).toContain(name);
  });

  test('types, lines, format, floors and schema are each held by a check', () => {
    expect(checks).toEqual(
      expect.arrayContaining(['check:types', 'check:lint', 'check:format', 'check:floors', 'check:schema']),
    );
  });
});

describe('the tests', () => {
  test.each(PAYMENT_PROVIDERS.filter((name) => name !== 'none'))(
    'B2 hold the provider %s to the laws of all',
    (name) => {
      expect(TESTS).toContain(`tests/payments/${name}/provider.test.ts`);
      expect(read(`tests/payments/${name}/provider.test.ts`)).toContain('describeProvider(');
    },
  );

  const code = TESTS.filter((file) => /\.[cm]?[jt]sx?$/.test(file));

  test('none is skipped, singled out or put off', () => {
    const passedOver = /\.(skip|only|todo)(\.each)?\s*[(`]|\b(xit|xtest|xdescribe|fit|fdescribe)\(/;
    expect(code.filter((file) => passedOver.test(read(file)))).toEqual([]);
  });

  test('none sleeps: a test waits for what it is about, and a timer may only put a bound on that', () => {
    // The last is a promise that a timer keeps; one that a timer breaks is a bound.
    const sleeping = [
      /\b(sleep|delay)\w*\(/,
      /timers\/promises/,
      /promisify\(setTimeout/,
      /new Promise\b[^;{]*=>\s*\{?\s*setTimeout\((?!\s*(\(\)\s*=>\s*\{?\s*)?reject)/,
    ];
    expect(code.filter((file) => sleeping.some((pattern) => pattern.test(read(file))))).toEqual([]);
  });

  test('each is in a folder that jest searches, or in a kit for those that do', () => {
    const lookedInto = foldersOfJest();
    const unseen = TESTS.filter(
      (file) => !file.startsWith('tests/kits/') && !lookedInto.some((folder) => file.startsWith(`${folder}/`)),
    );
    expect(unseen).toEqual([]);
  });

  test('each kit has a page, and the page of all kits names it', () => {
    const kits = readdirSync(join(ROOT, 'tests/kits'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
    const pages = kits.map(({ name }) => `[${name}](${name}/README.md)`);
    const all = read('tests/kits/README.md');
    expect(pages.filter((page) => !all.includes(page))).toEqual([]);
    expect(kits.filter(({ name }) => !TESTS.includes(`tests/kits/${name}/README.md`))).toEqual([]);
  });

  test('kits hold no tests, since jest would not run them', () => {
    expect(TESTS.filter((file) => file.startsWith('tests/kits/') && /\.(test|spec)\./.test(file))).toEqual([]);
  });

  test('every file of tests is called *.test.ts, since jest runs no other', () => {
    const misnamed = code.filter((file) => {
      const declaresTests = /^\s*(test|it|describe)(\.each)?\b[.(`]/m.test(read(file));
      return declaresTests && !file.startsWith('tests/kits/') && !file.endsWith('.test.ts');
    });
    expect(misnamed).toEqual([]);
  });
});

/** Paths from the top level, with `/` on every system. */
function filesUnder(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== '.DS_Store')
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).split(sep).join('/'));
}

function read(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}

/** Read from .gitignore and not asked of git, so that the tests pass in an unpacked archive as well. */
function isIgnoredByGit(name: string): boolean {
  const patterns = read('.gitignore').split('\n').filter(Boolean);
  return patterns.some((pattern) =>
    pattern.startsWith('*') ? name.endsWith(pattern.slice(1)) : name === pattern.replace(/^\/|\/$/g, ''),
  );
}

function foldersOfJest(): string[] {
  // With a browser, both servers, servers of its own and the example at hand, jest looks into all of them.
  const before = { ...process.env };
  Object.assign(process.env, { TEST_CHROMIUM: 'chromium', TEST_SERVERS: '1', TEST_EXAMPLE: '1' });
  Object.assign(process.env, { TEST_MYSQL_URL: 'mysql://', TEST_REDIS_URL: 'redis://' });
  jest.resetModules();
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- jest reads its configuration as CommonJS
  const { projects } = require(join(ROOT, 'jest.config.js')) as { projects: { testMatch: string[] }[] };
  process.env = before;
  return projects
    .flatMap(({ testMatch }) => testMatch)
    .flatMap((glob) => /^<rootDir>\/(tests\/[\w-]+)\//.exec(glob)?.[1] ?? []);
}
