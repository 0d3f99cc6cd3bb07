import { createConnection } from 'mysql2/promise';

export type Requests = 'access_requests' | 'purchase_requests';

/**
 * Lets an open request lapse now, as one that was made long ago: the database's clock, by which it lapses, is nobody's to move here. It is
 * the service's user that does it, which changes nothing on a server that is not the primary. False if it was not done.
 */
export async function bringForward(databaseUrl: string, table: Requests, id: string): Promise<boolean> {
  const connection = await createConnection(databaseUrl).catch(() => null);
  if (!connection) return false;
  connection.on('error', () => undefined);
  try {
    const now = Date.now();
    const due = `UPDATE organizations SET due_at = LEAST(COALESCE(due_at, ?), ?)
      WHERE id = (SELECT organization_id FROM ${table} WHERE id = ?)`;
    await connection.query('START TRANSACTION');
    // The organization's row first, as the service locks it.
    await connection.query(due, [now, now, id]);
    await connection.query(`UPDATE ${table} SET lapses_at = ? WHERE id = ? AND status = 'OPEN'`, [now, id]);
    await connection.query('COMMIT');
    return true;
  } catch {
    // Another fault has taken the server, the connection or the lock.
    return false;
  } finally {
    connection.destroy();
  }
}
