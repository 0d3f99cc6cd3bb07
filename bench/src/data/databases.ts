import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRows } from './rows';

export interface BenchDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

let made = 0;

/** An empty database of its own, on the server that `server` names (`mysql://…`), or as an SQLite file where that is null. */
export async function emptyDatabase(server: string | null): Promise<BenchDatabase> {
  if (server === null) {
    const folder = mkdtempSync(join(tmpdir(), 'billing-admins-bench-'));
    return {
      url: `sqlite:${join(folder, 'bench.sqlite')}`,
      drop: async () => rmSync(folder, { recursive: true, force: true }),
    };
  }
  const name = `billing_admins_bench_${process.pid}_${++made}`;
  const asking = openRows(`${server.replace(/\/$/, '')}/`);
  await asking.run(`CREATE DATABASE ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`, []);
  return {
    url: `${server.replace(/\/$/, '')}/${name}`,
    drop: async () => {
      await asking.run(`DROP DATABASE ${name}`, []);
      await asking.close();
    },
  };
}
