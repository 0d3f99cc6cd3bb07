const { execFileSync, spawnSync } = require('node:child_process');
const { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } = require('node:fs');
const { dirname, join, resolve } = require('node:path');
const sets = require('./sets');
const { listedSurvivors, writtenMutant } = require('./survivors');

const ROOT = resolve(__dirname, '..');
const STRYKER = join(__dirname, 'node_modules/@stryker-mutator/core/bin/stryker.js');
const RESULTS = join(ROOT, 'dist/mutants');

/** With it, the results stay that an interrupted run of the same commit has of its first files. */
const CONTINUE = '--continue';

/** The least share of each set's mutants that the tests kill, in percent. */
const LEAST_KILLED = 90;

/** Steps of the pipeline's property test: enough to kill, and few, because most mutants run them. */
const PIPELINE_STEPS = '1500';

const KILLED = ['Killed', 'Timeout'];
const SURVIVED = ['Survived', 'NoCoverage'];

/** Most lines of the files of one run. */
const LINES_OF_A_RUN = 250;

/** How long a mutant may take more than its tests take, in milliseconds; then longer, for one that has not ended by then. */
const TIMEOUT = '20000';
const SECOND_TIMEOUT = '120000';

process.exitCode = main(process.argv.slice(2)) ? 0 : 1;

/** @param args sets, or files below their folders; none for all. */
function main(args) {
  const names = args.filter((arg) => arg !== CONTINUE);
  const commit = commitOfAllFiles();
  const isKnown = (file) => args.includes(CONTINUE) && commit !== null && resultOf(file)?.commit === commit;
  const mutants = Object.entries(sets).flatMap(([set, { folder }]) => {
    const files = filesBelow(folder).filter((file) => isWhole(set, names) || names.includes(file));
    for (const run of inRuns(files.filter((file) => !isKnown(file)))) tryMutants(set, run, commit);
    return files.flatMap((file) => resultOf(file).mutants);
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

/** Null where a file differs from its commit. */
function commitOfAllFiles() {
  const git = (...args) => execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).trim();
  return git('status', '--porcelain') === '' ? git('rev-parse', 'HEAD') : null;
}

function filesBelow(folder) {
  const all = readdirSync(join(ROOT, folder), { recursive: true }).filter((name) => name.endsWith('.ts'));
  return all.map((name) => join(folder, name)).sort();
}

/** Files that are tried in one run of Stryker: it takes some seconds to begin, and an interrupted one is lost. */
function inRuns(files) {
  const runs = [];
  let lines = Infinity;
  for (const file of files) {
    const ofFile = readFileSync(join(ROOT, file), 'utf8').split('\n').length;
    lines += ofFile;
    if (lines > LINES_OF_A_RUN) {
      runs.push([]);
      lines = ofFile;
    }
    runs.at(-1).push(file);
  }
  return runs;
}

/** Mutates files, and writes down what became of each mutant. */
function tryMutants(set, files, commit) {
  const results = runStryker(set, files.join(','), TIMEOUT);
  for (const file of files) {
    const { source, mutants } = results[file] ?? { source: '', mutants: [] };
    const write = (place, ended) => writeResult(place, { commit, mutants: ended.map(toWritten(file, source)) });
    // What the second tries take long to confirm can be read already.
    write(`${placeOf(file)}.first`, mutants);
    const ended = mutants.map((mutant) => (hasTimedOut(mutant) ? tryAgain(set, file, mutant) : mutant));
    write(placeOf(file), ended);
    rmSync(`${placeOf(file)}.first`);
  }
}

function toWritten(file, source) {
  return (mutant) => {
    const { status, statusReason = null, location } = mutant;
    return { file, line: location.start.line, status, statusReason, ...writtenMutant(source, mutant) };
  };
}

function writeResult(place, result) {
  mkdirSync(dirname(place), { recursive: true });
  writeFileSync(place, JSON.stringify(result, null, 1));
}

function resultOf(file) {
  return existsSync(placeOf(file)) ? JSON.parse(readFileSync(placeOf(file), 'utf8')) : null;
}

function placeOf(file) {
  return join(RESULTS, 'files', `${file}.json`);
}

/** Whether time alone says that it never ends. An endless loop through the mutant itself is counted, and gives a reason. */
function hasTimedOut({ status, statusReason }) {
  return status === 'Timeout' && !statusReason;
}

function tryAgain(set, file, { location: { start, end }, replacement, mutatorName }) {
  const range = `${file}:${start.line}:${start.column - 1}-${end.line}:${end.column - 1}`;
  // A block holds other mutants; those of its kind alone are tried with it.
  const { mutants } = runStryker(set, range, SECOND_TIMEOUT, mutatorName)[file];
  const isSame = (one, other) => one.line === other.line && one.column === other.column;
  return mutants.find(
    (mutant) =>
      mutant.mutatorName === mutatorName &&
      mutant.replacement === replacement &&
      isSame(mutant.location.start, start) &&
      isSame(mutant.location.end, end),
  );
}

/** @param mutator the only kind of mutants to make; all without it. */
function runStryker(set, mutate, timeout, mutator = '') {
  const report = join(RESULTS, 'report.json');
  mkdirSync(RESULTS, { recursive: true });
  rmSync(report, { force: true });
  const { status } = spawnSync(process.execPath, [STRYKER, 'run', 'mutants/stryker.config.js', '--mutate', mutate], {
    cwd: ROOT,
    stdio: 'inherit',
    env: {
      ...{ PIPELINE_STEPS, ...process.env, MUTANTS_SET: set, MUTANTS_REPORT: report },
      ...{ MUTANTS_TIMEOUT: timeout, MUTANTS_MUTATOR: mutator },
    },
  });
  if (status !== 0) throw new Error(`Stryker ended with ${status}.`);
  return JSON.parse(readFileSync(report, 'utf8')).files;
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
