import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';

const ROOT = resolve(__dirname, '../..');

/** Phrases that readers had to read twice, each with what is said instead. */
const PHRASES: readonly (readonly [phrase: RegExp, instead: string])[] = [
  [/\b[Ww]ho(m)?ever\b/, 'name who it is: the viewer, the caller, a client'],
  [/\b[Aa]new\b/, 'again'],
  [/\b[Mm]eanwhile\b/, 'in the meantime, during that'],
  [/\bis no more\b(?! than)/, 'was removed, does not exist'],
  [/\b(cannot|can['’]t) be had\b/, 'is not available'],
  [/\bmend(s|ed|ing)?\b/, 'fix, repair'],
  [/\bprogrammes\b/, 'programs'],
  [/\bfrom time to time\b/, 'at intervals'],
  [/\bstands (in|for|elsewhere)\b/, 'is in, means'],
  [/\bno (member|owner) any more\b/, 'no longer a member'],
];

const PROSE = [
  ...[
    'README.md',
    'CHANGELOG.md',
    'CONTRIBUTING.md',
    'SECURITY.md',
    'bench/README.md',
    'mutants/README.md',
    'mutants/survivors.md',
    'examples/better-auth/README.md',
    'schema.graphql',
  ],
  ...['docs', 'bench/src', 'examples/better-auth/src', 'src']
    .flatMap(filesUnder)
    .filter((file) => /\.(md|ts)$/.test(file)),
];

test('prose is plain: phrases that stop a reader do not come back', () => {
  const found = PROSE.flatMap((file) =>
    readFileSync(join(ROOT, file), 'utf8')
      .split('\n')
      .flatMap((line, index) =>
        PHRASES.filter(([phrase]) => phrase.test(line)).map(
          ([phrase, instead]) => `${file}:${index + 1}: ${phrase.exec(line)![0]}: say "${instead}"`,
        ),
      ),
  );
  expect(found).toEqual([]);
});

/** Paths from the top level, with `/` on every system. */
function filesUnder(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).split(sep).join('/'));
}
