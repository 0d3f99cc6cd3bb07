import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { startService } from '../../../src/server/service';
import { readSettings } from '../../../src/server/settings';
import { temporaryFolder } from './temporary-folder';

/** The demo as `npm start` runs it, on a free port and an empty database. */
export async function startDemo() {
  const folder = temporaryFolder('demo-');
  const service = await startService(
    readSettings({ DATABASE_URL: `sqlite:${join(folder, 'demo.sqlite')}`, PORT: '0', LOG_LEVEL: 'silent' }),
  );
  const links = new Map(
    [...(service.greeting ?? '').matchAll(/^(.+) \(.+\)\n {2}link: {2}(\S+)$/gm)].map(([, who = '', link = '']) => [
      who,
      link,
    ]),
  );
  return {
    /** The link that signs in as the owner, the billing admin, the member without access or the outsider. */
    link: (who: string) => {
      const link = links.get(who);
      if (link === undefined) throw new Error(`The demo signs in nobody as ${who}.`);
      return link;
    },
    close: async () => {
      await service.close();
      await rm(folder, { recursive: true });
    },
  };
}
