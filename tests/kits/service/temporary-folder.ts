import { accessSync, constants, mkdtempSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Linux's file system in memory. */
const IN_MEMORY = '/dev/shm';

/** `TMPFS_MAGIC` of statfs(2). */
const TMPFS = 0x01021994;

/** Far more than all tests that run at a time need, in bytes. A container often has 64 MiB there. */
const ENOUGH = 2 ** 30;

/**
 * Where tests have their databases. SQLite waits for the disk at each COMMIT: 2.5 ms on a disk on which a COMMIT in memory takes 0.03 ms.
 * The files of a process that is killed are there either way.
 */
const PLACE = isUsable(IN_MEMORY) ? IN_MEMORY : tmpdir();

/** An empty folder of its own, whose name begins with `billing-admins-`. */
export function temporaryFolder(name = ''): string {
  return mkdtempSync(join(PLACE, `billing-admins-${name}`));
}

function isUsable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    const { type, bavail, bsize } = statfsSync(path);
    return type === TMPFS && bavail * bsize >= ENOUGH;
  } catch {
    return false;
  }
}
