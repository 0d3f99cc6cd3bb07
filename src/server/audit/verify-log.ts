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
import { verifyTables } from './verify-tables';

const USAGE = `Whether what is written is what happened.

  audit:verify -- FILE                  a log that audit:export wrote; - reads standard input
  audit:verify -- --organization ID     the log of an organization in the database
  audit:verify -- --tables              all logs in the database, and whether the tables hold what the logs and the
                                        credit ledgers say; with --organization ID, of this organization

  --head HASH     a hash (the head) that was saved earlier; not for --tables of all organizations
  --help          this text

Each fault is a line on standard output. Ends with 0 where all is sound, with 1 where it is not, and with 2 where that
could not be found out. DATABASE_URL names the database.
`;

/** How many faults are printed. The rest is counted. */
const MOST_TOLD = 20;

type Tell = (faults: readonly string[]) => void;

/**
 * `npm run audit:verify -- [--head HASH] FILE|-|--organization ID`, or `--tables`: whether a log is what was written (E3). Ends with 0 where
 * it is, with 1 where it is not, and with 2 where that could not be found out.
 */
export async function verifyLog(args: readonly string[], terminal: Terminal): Promise<number> {
  const { head, organization, file, tables, help } = readArguments(args);
  if (help) {
    terminal.stdout.write(USAGE);
    return 0;
  }
  if (tables) return verifyTables(terminal, { organizationId: organization ?? null, head });
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

interface Arguments {
  readonly head: string | null;
  readonly organization?: string;
  readonly file: string;
  readonly tables: boolean;
  readonly help: boolean;
}

function readArguments(args: readonly string[]): Arguments {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: {
        head: { type: 'string' },
        organization: { type: 'string' },
        tables: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
      allowPositionals: true,
    });
    const { head, organization, tables, help } = values;
    const [file = ''] = positionals;
    const takesFile = organization === undefined && !tables;
    if (!help && positionals.length !== (takesFile ? 1 : 0)) throw new CommandFailure(USAGE);
    if (head !== undefined && tables && organization === undefined)
      throw new CommandFailure('A head is of one organization: name it with --organization.');
    if (head !== undefined && !/^[0-9a-f]{64}$/.test(head))
      throw new CommandFailure('A head is 64 hexadecimal digits.');
    return { head: head ?? null, file, tables, help, ...(organization !== undefined && { organization }) };
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
    if (!end) throw new CommandFailure('The organization does not exist.');
    if (end.sequence > check.end.sequence && check.end.sequence > before) continue;
    if (end.sequence !== check.end.sequence)
      tell([`The log ends with entry ${check.end.sequence}, and the organization says ${end.sequence}.`]);
    else if (end.hash !== check.end.hash || end.version !== check.end.version)
      tell(['The organization has another head or version than its last entry.']);
    return;
  }
}

if (require.main === module) runAsProcess(verifyLog);
