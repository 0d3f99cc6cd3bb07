import 'reflect-metadata';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { parseArgs } from 'node:util';
import type { Reader } from '../../store/database';
import { ChainCheck } from '../../store/log/chain-check';
import { readEntry } from '../../store/log/exported-entry';
import { logEndOf, logRowsAfter } from '../../store/log/log-entries';
import { CommandFailure, onDatabase, runAsProcess, type Terminal } from './run-command';

const USAGE =
  'Takes a FILE that audit:export wrote, - for standard input, or --organization ID for the log in the database; and --head HASH, a head that was noted earlier.';

/** Faults that are told; the rest is counted. */
const MOST_TOLD = 20;

type Tell = (faults: readonly string[]) => void;

/**
 * `npm run audit:verify -- [--head HASH] FILE|-|--organization ID`: whether a log is what was written (E3). Ends with 0 where
 * it is, with 1 where it is not, and with 2 where that could not be found out.
 */
export async function verifyLog(args: readonly string[], terminal: Terminal): Promise<number> {
  const { head, organization, file } = readArguments(args);
  const check = new ChainCheck(head);
  let count = 0;
  const tell: Tell = (faults) => {
    for (const fault of faults) if (++count <= MOST_TOLD) terminal.stdout.write(`${fault}\n`);
  };
  if (organization !== undefined)
    await onDatabase(terminal, ({ reader }) => checkDatabase(reader, organization, check, tell));
  else await checkLines(file === '-' ? terminal.stdin : createReadStream(file), check, tell);
  tell(check.finish());
  if (count > MOST_TOLD) terminal.stdout.write(`And ${count - MOST_TOLD} more.\n`);
  const { sequence, hash } = check.end;
  terminal.stdout.write(count > 0 ? `Not sound: ${count} faults.\n` : `Sound: ${sequence} entries. Head: ${hash}\n`);
  return count > 0 ? 1 : 0;
}

function readArguments(args: readonly string[]): { head: string | null; organization?: string; file: string } {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { head: { type: 'string' }, organization: { type: 'string' } },
      allowPositionals: true,
    });
    const { head, organization } = values;
    const [file = ''] = positionals;
    if (positionals.length !== (organization === undefined ? 1 : 0)) throw new CommandFailure(USAGE);
    if (head !== undefined && !/^[0-9a-f]{64}$/.test(head))
      throw new CommandFailure('A head is 64 hexadecimal digits.');
    return { head: head ?? null, file, ...(organization !== undefined && { organization }) };
  } catch (error) {
    throw error instanceof CommandFailure ? error : new CommandFailure(USAGE, { cause: error });
  }
}

async function checkLines(input: Readable, check: ChainCheck, tell: Tell): Promise<void> {
  try {
    let number = 0;
    for await (const line of createInterface({ input, crlfDelay: Infinity })) {
      number += 1;
      const row = readEntry(line);
      tell(row ? check.next(row) : [`Line ${number} is no entry.`]);
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw code === undefined ? error : new CommandFailure(`The file cannot be read: ${message}.`);
  }
}

/** The log, and what the organization says of its end: entries that are cut off leave no hole. */
async function checkDatabase(reader: Reader, organizationId: string, check: ChainCheck, tell: Tell): Promise<void> {
  for (;;) {
    const before = check.end.sequence;
    for await (const row of logRowsAfter(reader, organizationId, before)) tell(check.next(row));
    // Read after the entries, which it is written with: it is never behind them.
    const end = await logEndOf(reader, organizationId);
    if (!end) throw new CommandFailure('There is no such organization.');
    if (end.sequence > check.end.sequence && check.end.sequence > before) continue;
    if (end.sequence !== check.end.sequence)
      tell([`The log ends with entry ${check.end.sequence}, and the organization says ${end.sequence}.`]);
    else if (end.hash !== check.end.hash || end.version !== check.end.version)
      tell(['The organization has another head or version than its last entry.']);
    return;
  }
}

if (require.main === module) runAsProcess(verifyLog);
