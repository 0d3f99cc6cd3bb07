import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readdirSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** Far more than the database of a run. */
const SIZE = '64m';

/** A disk that is full when it is told to be, for the process with that id. */
export interface SmallDisk {
  readonly folder: string;
  /** How it is made full. */
  readonly how: string;
  fill(processId: number): void;
  empty(processId: number): void;
  end(): void;
}

/** One of its own in memory; where nothing may be mounted, files that may not grow. */
export function openSmallDisk(folder: string): SmallDisk {
  mkdirSync(folder);
  const isMounted = succeeds('mount', '-t', 'tmpfs', '-o', `size=${SIZE}`, 'tmpfs', folder);
  return isMounted ? mountedDisk(folder) : limitedFiles(folder);
}

function mountedDisk(folder: string): SmallDisk {
  const filler = join(folder, 'filler');
  return {
    folder,
    how: 'a file system without space',
    fill: () => fillUp(filler),
    empty: () => rmSync(filler, { force: true }),
    end: () => void succeeds('umount', '--lazy', folder),
  };
}

function limitedFiles(folder: string): SmallDisk {
  const limit = (processId: number, most: number | 'unlimited') =>
    succeeds('prlimit', `--pid=${processId}`, `--fsize=${most}:unlimited`);
  return {
    folder,
    how: 'files that may not grow',
    fill: (processId) => {
      const sizes = readdirSync(folder).map((file) => statSync(join(folder, file)).size);
      if (!limit(processId, Math.max(...sizes))) throw new Error('Neither a disk nor a file can be made full here.');
    },
    empty: (processId) => void limit(processId, 'unlimited'),
    end: () => undefined,
  };
}

function fillUp(path: string): void {
  const file = openSync(path, 'w');
  // In ever smaller pieces, down to what no page fits into.
  for (let piece = Buffer.alloc(1024 * 1024); piece.length > 0; piece = piece.subarray(piece.length / 2 + 0.5))
    try {
      while (writeSync(file, piece) === piece.length);
    } catch (error) {
      if ((error as { code?: string }).code !== 'ENOSPC') throw error;
    }
  closeSync(file);
}

function succeeds(program: string, ...args: string[]): boolean {
  return spawnSync(program, args).status === 0;
}
