import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as ts from 'typescript';

const ROOT = resolve(__dirname, '../..');

/** Words that were names once, and the terms that replaced them (docs/glossary.md). */
const REPLACED: Record<string, string> = {
  door: 'organization transaction',
  standing: 'billing role',
  standings: 'billing roles',
  ground: 'dependencies',
  surroundings: 'dependencies',
  scene: 'dependencies, context',
  patience: 'timeout',
  impatience: 'timeout',
  patiently: 'a plain verb',
  crowd: 'subscriber group',
  crowds: 'subscriber groups',
  taker: 'receiver',
  mend: 'fix',
  mended: 'fixed',
  heed: 'watch, handle',
  whoever: 'the user, the caller',
};

/** The same, for whole names: their words have other meanings too. */
const REPLACED_NAMES: Record<string, string> = {
  OpenChange: 'OpenTransaction',
  Head: 'LogPosition',
  headsOf: 'logPositionsOf',
  Turns: 'BoundedQueue',
  ViewedOrganization: 'Membership',
  letGo: 'detach',
  letGoOf: 'detach',
};

const EXCEPTIONS: readonly [files: RegExp, words: readonly string[], reason: string][] = [
  [/^src\/store\/|^src\/actions\/audit\/replayed-log\.ts$/, ['standing'], 'the column'],
  [/^bench\/src\/contenders\//, ['standing', 'standings'], 'the column, as the other implementations read it'],
  [/^tests\/web\/surroundings\.test\.ts$/, ['surroundings'], 'proxies, clocks and storage around the page'],
];

const FILES = execFileSync('git', ['ls-files', 'src', 'tests', 'bench/src', 'examples', 'web', 'migrations'], {
  cwd: ROOT,
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => /\.tsx?$/.test(file) && !file.endsWith('names.test.ts') && !file.endsWith('.d.ts'));

const PARTS = /[A-Z]?[a-z]+|[A-Z]+(?![a-z])/g;

/** Which replaced words the text names something with, its file included. */
function replacedNamesIn(file: string, text: string): string[] {
  const found = new Set<string>();
  const look = (name: string) => {
    if (Object.hasOwn(REPLACED_NAMES, name)) found.add(name);
    for (const [part] of name.matchAll(PARTS))
      if (Object.hasOwn(REPLACED, part.toLowerCase())) found.add(part.toLowerCase());
  };
  look(file);
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) look(node.text);
    ts.forEachChild(node, visit);
  };
  visit(
    ts.createSourceFile(
      file,
      text,
      ts.ScriptTarget.Latest,
      false,
      file.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS,
    ),
  );
  const excepted = EXCEPTIONS.filter(([files]) => files.test(file)).flatMap(([, words]) => words);
  return [...found].filter((word) => !excepted.includes(word));
}

test('no name has a word that a term of the glossary has replaced', () => {
  const wrong = FILES.flatMap((file) =>
    replacedNamesIn(file, readFileSync(join(ROOT, file), 'utf8')).map(
      (word) => `${file}: ${word}, say ${REPLACED[word] ?? REPLACED_NAMES[word]}`,
    ),
  );
  expect(wrong).toEqual([]);
});

test.each([
  ['a variable', 'const openDoor = 1;', ['door']],
  ['a property', 'export const a = { viewerStanding: 1 };', ['standing']],
  ['a constant', 'const PATIENCE = 1;', ['patience']],
  ['a type', 'interface Head {}', ['Head']],
  ['words in a text, and other heads', "const head = 'the door';", []],
  ['words that begin alike', 'const outdoors = background + understanding;', []],
])('%s is told apart', (_, text, words) => {
  expect(replacedNamesIn('src/a.ts', text)).toEqual(words);
});
