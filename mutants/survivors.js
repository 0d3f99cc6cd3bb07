const { readFileSync } = require('node:fs');
const { join } = require('node:path');

const PAGE = join(__dirname, 'survivors.md');

/**
 * The mutants that the page lists: those that no test kills, each in the section of its file and below the reason.
 *
 * @returns {{ file: string, was: string, is: string, why: string }[]}
 */
function listedSurvivors(page = readFileSync(PAGE, 'utf8')) {
  const listed = [];
  let file = null;
  let why = '';
  let was = null;
  for (const line of page.split('\n')) {
    if (line.startsWith('## ')) {
      file = /^## `(.+)`$/.exec(line)?.[1] ?? null;
      why = '';
    } else if (line.startsWith('- ')) was = line.slice(2);
    else if (line.startsWith('+ ')) listed.push({ file, was, is: line.slice(2), why });
    else if (line === '```diff') was = null;
    else if (line !== '' && line !== '```') why = line;
  }
  return listed;
}

/** A mutant as the page writes it: the first line that it changes, and that statement after the change, each on one line. */
function writtenMutant(source, { location: { start, end }, replacement }) {
  const lines = source.split('\n');
  const [first, last] = [lines[start.line - 1], lines[end.line - 1]];
  const is = first.slice(0, start.column - 1) + replacement + last.slice(end.column - 1);
  return { was: onOneLine(first) + (start.line === end.line ? '' : ' …'), is: onOneLine(is) };
}

function onOneLine(code) {
  return code.replace(/\s+/g, ' ').trim();
}

module.exports = { listedSurvivors, writtenMutant, onOneLine };
