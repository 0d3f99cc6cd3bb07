import type { Reader, Writer } from './database';
import { type RowOf, select } from './schema/select';
import { type LeaseName, leases } from './schema/tables';

const { name: _name, ...lease } = leases.all;
const LEASE = select(lease);
const TOKEN = select({ token: leases.all.token });

/** `holder` is null if the last one has given it back. */
export type LeaseRow = RowOf<typeof lease>;

/** Another instance has taken the lease since: what its former holder was about to write is not written. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

export async function leaseByName(reader: Reader, name: LeaseName): Promise<LeaseRow> {
  const row = await LEASE.first(reader, 'FROM leases WHERE name = ?', [name]);
  if (!row) throw new Error(`There is no lease ${name}.`);
  return row;
}

/** Takes the lease where it is still as it was seen, and returns the new token. Null if it is not. */
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

/** Says that the holder lives. False if another instance has taken the lease. */
export async function keepLease(writer: Writer, name: LeaseName, token: number): Promise<boolean> {
  return (await writer.run('UPDATE leases SET beat = beat + 1 WHERE name = ? AND token = ?', [name, token])) > 0;
}

export async function giveLeaseBack(writer: Writer, name: LeaseName, token: number): Promise<void> {
  await writer.run('UPDATE leases SET holder = NULL, beat = beat + 1 WHERE name = ? AND token = ?', [name, token]);
}

/** Locks the lease until the transaction ends, so that no other instance uses or takes it during that, and returns its token. */
export async function lockLease(writer: Writer, name: LeaseName): Promise<number> {
  const [row] = await TOKEN.lock(writer, 'FROM leases WHERE name = ?', [name]);
  if (!row) throw new Error(`There is no lease ${name}.`);
  return row.token;
}

/**
 * Locks the lease for its holder. Throws `LeaseLost` if another instance has taken it: a process that was stopped, or whose connection
 * hung, may go on at any time and must write nothing then.
 */
export async function holdLease(writer: Writer, name: LeaseName, token: number): Promise<void> {
  if ((await lockLease(writer, name)) !== token) throw new LeaseLost(`Another instance has taken the lease ${name}.`);
}
