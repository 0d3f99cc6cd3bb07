const { spawnSync } = require('node:child_process');
const { mkdirSync, readFileSync, rmSync } = require('node:fs');
const { dirname, join, resolve } = require('node:path');
const sets = require('./sets');
const { listedSurvivors, writtenMutant } = require('./survivors');

const ROOT = resolve(__dirname, '..');
const STRYKER = join(__dirname, 'node_modules/@stryker-mutator/core/bin/stryker.js');

/** The least share of each set's mutants that the tests kill, in percent. */
const LEAST_KILLED = 90;

/** Steps of the pipeline's property test: enough to kill, and few, because most mutants run them. */
const PIPELINE_STEPS = '1500';

const KILLED = ['Killed', 'Timeout'];
const SURVIVED = ['Survived', 'NoCoverage'];

process.exitCode = main(process.argv.slice(2)) ? 0 : 1;

/** @param names sets, or files below their folders; none for all. */
function main(names) {
  const mutants = Object.entries(sets).flatMap(([set, { folder }]) => {
    const files = names.filter((name) => name.startsWith(`${folder}/`));
    if (isWhole(set, names)) return tryMutants(set, []);
    return files.length > 0 ? tryMutants(set, files) : [];
  });
  if (mutants.length === 0) {
    say(`Nothing to mutate. Name sets (${Object.keys(sets).join(', ')}) or files below their folders.`);
    return false;
  }
  printScores(mutants, ({ file }) => file);
  printScores(mutants, ({ file }) => dirname(file));
  const setOf = ({ file }) => Object.keys(sets).find((set) => file.startsWith(`${sets[set].folder}/`));
  const scores = printScores(mutants, setOf);
  // A few files say nothing of a whole set.
  const low = scores.filter(({ name, score }) => isWhole(name, names) && score < LEAST_KILLED);
  for (const { name } of low)
    say(`Too many mutants of ${name} survive: the tests must kill ${LEAST_KILLED} % of them.`);
  const isListed = compareWithPage(mutants);
  return low.length === 0 && isListed;
}

function isWhole(set, names) {
  return names.length === 0 || names.includes(set);
}

/** Mutates a set, or some of its files. Returns what became of each mutant. */
function tryMutants(set, files) {
  const report = join(ROOT, `dist/mutants/${set}.json`);
  mkdirSync(dirname(report), { recursive: true });
  rmSync(report, { force: true });
  const only = files.length > 0 ? ['--mutate', files.join(',')] : [];
  const { status } = spawnSync(process.execPath, [STRYKER, 'run', 'mutants/stryker.config.js', ...only], {
    cwd: ROOT,
    stdio: 'inherit',
    env: { PIPELINE_STEPS, ...process.env, MUTANTS_SET: set, MUTANTS_REPORT: report },
  });
  if (status !== 0) throw new Error(`Stryker ended with ${status}.`);
  return Object.entries(JSON.parse(readFileSync(report, 'utf8')).files).flatMap(([file, { source, mutants }]) =>
    mutants.map((mutant) => ({ file, status: mutant.status, ...writtenMutant(source, mutant) })),
  );
}

function printScores(mutants, nameOf) {
  const names = [...new Set(mutants.map(nameOf))].sort();
  say('\n   score  killed  survived');
  return names.map((name) => {
    const count = (statuses) =>
      mutants.filter((mutant) => nameOf(mutant) === name && statuses.includes(mutant.status)).length;
    const [killed, survived] = [count(KILLED), count(SURVIVED)];
    const score = (100 * killed) / Math.max(1, killed + survived);
    say(`${score.toFixed(1).padStart(6)} %${String(killed).padStart(8)}${String(survived).padStart(10)}  ${name}`);
    return { name, score };
  });
}

/** Whether the survivors are those that the page lists with the reason. Says which are not. */
function compareWithPage(mutants) {
  const key = ({ file, was, is }) => [file, was, is].join('\n');
  const listed = new Map(listedSurvivors().map((mutant) => [key(mutant), mutant]));
  const survivors = mutants.filter(({ status }) => SURVIVED.includes(status));
  const unlisted = survivors.filter((mutant) => !listed.has(key(mutant)));
  for (const { file, was, is } of unlisted) say(`\nSurvives, and no page says why: ${file}\n- ${was}\n+ ${is}`);

  const tried = new Set(mutants.map(({ file }) => file));
  const made = new Set(mutants.map(key));
  const stale = [...listed.values()].filter((mutant) => tried.has(mutant.file) && !made.has(key(mutant)));
  for (const { file, was, is } of stale) say(`\nListed, and no longer made: ${file}\n- ${was}\n+ ${is}`);

  const surviving = new Set(survivors.map(key));
  const killed = [...listed.values()].filter((each) => made.has(key(each)) && !surviving.has(key(each)));
  for (const { file, was, is } of killed) say(`\nListed, and killed this time: ${file}\n- ${was}\n+ ${is}`);

  say(`\n${survivors.length} survive; ${unlisted.length} are not listed, and ${stale.length} are listed in vain.`);
  return unlisted.length === 0 && stale.length === 0;
}

function say(line) {
  process.stdout.write(`${line}\n`);
}
