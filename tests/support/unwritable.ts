import { spawnSync } from 'node:child_process';
import { accessSync, chmodSync, constants, statSync } from 'node:fs';

export interface Unwritable {
  /** False if this user may write whatever its mode is, and cannot change that. */
  readonly isUnwritable: boolean;
  readonly undo: () => void;
}

/** A file or folder that can't be written: by its mode, or, since that holds for everybody but root, by an attribute. */
export function makeUnwritable(path: string): Unwritable {
  const { mode } = statSync(path);
  chmodSync(path, mode & ~0o222);
  const isImmutable = isWritable(path) && spawnSync('chattr', ['+i', path]).status === 0;
  return {
    isUnwritable: !isWritable(path),
    undo: () => {
      if (isImmutable) spawnSync('chattr', ['-i', path]);
      chmodSync(path, mode);
    },
  };
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
