import type { Reader, Writer } from './database';

/** What one instance at a time does. */
export type LeaseName = 'host-events';

export interface LeaseRow {
  /** Null where the last holder has given it back. */
  readonly holder: string | null;
  readonly token: number;
  readonly beat: number;
}

/** Another instance has taken the lease since: what its former holder was about to write is not written. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

export async function leaseByName(reader: Reader, name: LeaseName): Promise<LeaseRow> {
  const [row] = await reader.rows<LeaseRow>('SELECT holder, token, beat FROM leases WHERE name = ?', [name]);
  if (!row) throw new Error(`There is no lease ${name}.`);
  return row;
}

/** Takes the lease where it is still as it was seen, and returns the new token; null where it is not. */
export async function takeLease(
  writer: Writer,
  name: LeaseName,
  { token, beat }: LeaseRow,
  holder: string,
): Promise<number | null> {
  const taken = await writer.run(
    'UPDATE leases SET holder = ?, token = token + 1, beat = beat + 1 WHERE name = ? AND token = ? AND beat = ?',
    [holder, name, token, beat],
  );
  return taken > 0 ? token + 1 : null;
}

/** Says that the holder lives. False where another instance has taken the lease. */
export async function keepLease(writer: Writer, name: LeaseName, token: number): Promise<boolean> {
  return (await writer.run('UPDATE leases SET beat = beat + 1 WHERE name = ? AND token = ?', [name, token])) > 0;
}

export async function giveLeaseBack(writer: Writer, name: LeaseName, token: number): Promise<void> {
  await writer.run('UPDATE leases SET holder = NULL, beat = beat + 1 WHERE name = ? AND token = ?', [name, token]);
}

/** Locks the lease until the transaction ends, so that nobody writes by it or takes it meanwhile, and returns its token. */
export async function lockLease(writer: Writer, name: LeaseName): Promise<number> {
  const [row] = await writer.lock<{ token: number }>('SELECT token FROM leases WHERE name = ?', [name]);
  if (!row) throw new Error(`There is no lease ${name}.`);
  return row.token;
}

/**
 * Locks the lease for its holder. Throws `LeaseLost` where another instance has taken it: a process that was stopped, or whose connection
 * hung, may go on at any time and must write nothing then.
 */
export async function holdLease(writer: Writer, name: LeaseName, token: number): Promise<void> {
  if ((await lockLease(writer, name)) !== token) throw new LeaseLost(`Another instance has taken the lease ${name}.`);
}
