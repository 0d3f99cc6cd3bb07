import { spawnSync } from 'node:child_process';
import { accessSync, chmodSync, constants, rmSync, statSync } from 'node:fs';
import { temporaryFolder } from './temporary-folder';

/**
 * A file or folder that can't be written, until it is undone: by its mode, or, since that holds for everybody but root, by an attribute.
 * Throws where neither keeps this user from writing (see `canMakeUnwritable`).
 */
export function makeUnwritable(path: string): () => void {
  const { mode } = statSync(path);
  chmodSync(path, mode & ~0o222);
  const isImmutable = isWritable(path) && spawnSync('chattr', ['+i', path]).status === 0;
  const undo = () => {
    if (isImmutable) spawnSync('chattr', ['-i', path]);
    chmodSync(path, mode);
  };
  if (!isWritable(path)) return undo;
  undo();
  throw new Error('Nothing keeps this user from writing.');
}

/** Whether there are such files here: root may write whatever the mode says, and in many containers it may set no attributes. */
export const canMakeUnwritable = isPossible();
if (!canMakeUnwritable)
  process.stderr.write('Files that cannot be written: not tried, because nothing keeps this user from writing.\n');

function isPossible(): boolean {
  const folder = temporaryFolder();
  try {
    makeUnwritable(folder)();
    return true;
  } catch {
    return false;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
