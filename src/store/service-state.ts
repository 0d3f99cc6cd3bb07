import type { Reader, Writer } from './database';
import { expression, select } from './schema/select';
import { serviceState } from './schema/tables';

/** Under the first name the demo keeps the secret of its tokens: where it stands, the database is the demo's. */
const DEMO = 'demo-secret';
const DEMO_IS_FILLED = 'demo-filled';

const VALUE = select({ value: serviceState.all.value });

async function valueOf(reader: Reader, name: string): Promise<string | null> {
  return (await VALUE.first(reader, 'FROM service_state WHERE name = ?', [name]))?.value ?? null;
}

/** The demo's secret. Null if the database is not the demo's. */
export async function demoSecret(reader: Reader): Promise<string | null> {
  return valueOf(reader, DEMO);
}

/** Makes the database the demo's. */
export async function markAsDemo(writer: Writer, secret: string): Promise<void> {
  await serviceState.insert(writer, { name: DEMO, value: secret });
}

/** Whether the demo's people and organizations are all there; a process may have ended while it made them. */
export async function isDemoFilled(reader: Reader): Promise<boolean> {
  return (await valueOf(reader, DEMO_IS_FILLED)) !== null;
}

export async function markDemoAsFilled(writer: Writer): Promise<void> {
  await serviceState.insert(writer, { name: DEMO_IS_FILLED, value: 'yes' });
}

/** The value under `name`. It becomes `value` if it was not set. */
export async function claimState(writer: Writer, name: string, value: string): Promise<string> {
  const claimed = await valueOf(writer, name);
  if (claimed !== null) return claimed;
  await serviceState.insert(writer, { name, value });
  return value;
}

const ANY = select({ one: expression<number>('1') });

/** Whether nobody has stored anything yet. */
export async function isEmpty(reader: Reader): Promise<boolean> {
  const first =
    (await ANY.first(reader, 'FROM organizations LIMIT 1', [])) ?? (await ANY.first(reader, 'FROM users LIMIT 1', []));
  return first === undefined;
}
