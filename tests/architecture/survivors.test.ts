import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { listedSurvivors, onOneLine } from '../../mutants/survivors';

const ROOT = resolve(__dirname, '../..');
const LISTED = listedSurvivors();

test('each listed survivor has its file, a line that is in it, a change of that line, and a reason', () => {
  expect(LISTED.length).toBeGreaterThan(0);
  const wrong = LISTED.filter(({ file, was, is, why }) => {
    if (file === null || was === null || was === is || why === '') return true;
    const lines = readFileSync(join(ROOT, file), 'utf8').split('\n').map(onOneLine);
    return !lines.includes(was.replace(/ …$/, ''));
  });
  expect(wrong).toEqual([]);
});
