import type { Reader, Writer } from './database';

/** Under the first name the demo keeps the secret of its tokens: where it stands, the database is the demo's. */
const DEMO = 'demo-secret';
const DEMO_IS_FILLED = 'demo-filled';

/** The demo's secret; null where the database is not the demo's. */
export async function demoSecret(reader: Reader): Promise<string | null> {
  const [row] = await reader.rows<{ value: string }>('SELECT value FROM service_state WHERE name = ?', [DEMO]);
  return row?.value ?? null;
}

/** Makes the database the demo's. */
export async function markAsDemo(writer: Writer, secret: string): Promise<void> {
  await writer.run('INSERT INTO service_state (name, value) VALUES (?, ?)', [DEMO, secret]);
}

/** Whether the demo's people and organizations are all there; a process may have ended while it made them. */
export async function isDemoFilled(reader: Reader): Promise<boolean> {
  return (await reader.rows('SELECT value FROM service_state WHERE name = ?', [DEMO_IS_FILLED])).length > 0;
}

export async function markDemoAsFilled(writer: Writer): Promise<void> {
  await writer.run('INSERT INTO service_state (name, value) VALUES (?, ?)', [DEMO_IS_FILLED, 'yes']);
}

/** The value under `name`. It becomes `value` if it was not set. */
export async function claimState(writer: Writer, name: string, value: string): Promise<string> {
  const [row] = await writer.rows<{ value: string }>('SELECT value FROM service_state WHERE name = ?', [name]);
  if (row) return row.value;
  await writer.run('INSERT INTO service_state (name, value) VALUES (?, ?)', [name, value]);
  return value;
}

/** Whether nobody has stored anything yet. */
export async function isEmpty(reader: Reader): Promise<boolean> {
  const rows = await reader.rows('SELECT id FROM organizations UNION ALL SELECT id FROM users LIMIT 1');
  return rows.length === 0;
}
