import { randomBytes } from 'node:crypto';
import type { Database } from '../../store/database';
import { demoSecret, isEmpty, markAsDemo } from '../../store/service-state';
import { BadSetting } from '../settings';

/**
 * The secret that the demo signs its tokens with, kept in its database so that links outlive a restart. An empty database
 * becomes the demo's; one that holds data of somebody else's is refused (O1).
 */
export async function claimForDemo(database: Database): Promise<string> {
  return database.transaction(async (writer) => {
    const known = await demoSecret(writer);
    if (known !== null) return known;
    if (!(await isEmpty(writer)))
      throw new BadSetting(
        "DATABASE_URL names a database that holds data which is not the demo's. Set AUTH_JWT_SECRET or AUTH_JWKS_URL to serve it, or name another database to see the demo.",
      );
    const secret = randomBytes(32).toString('base64url');
    await markAsDemo(writer, secret);
    return secret;
  });
}

/** With real tokens there is no demo data (O1): the demo's database is not served under them. */
export async function refuseDemoDatabase(database: Database): Promise<void> {
  if ((await demoSecret(database.reader)) !== null)
    throw new BadSetting(
      'DATABASE_URL names the database of the demo, and AUTH_* is set. Name another database, or remove the one of the demo.',
    );
}
