import { BadAddress } from './bad-address';

const SCHEME = 'sqlite:';

/** The path that a `sqlite:PATH` address names. Throws `BadAddress` if it is not that of a file. */
export function readSqlitePath(url: string): string {
  if (!url.startsWith(SCHEME)) throw new BadAddress('takes sqlite:PATH or mysql://user:password@host:port/database');
  const path = url.slice(SCHEME.length);
  if (/:memory:|\bmode=memory\b/.test(path))
    throw new BadAddress('names a database in memory, of which each connection would have its own: it takes a file');
  // The driver would open such an address over the network, or read parameters from it. One letter is a drive.
  if (/^[a-z][a-z0-9+.-]+:/i.test(path)) throw new BadAddress('takes the path of a file after "sqlite:"');
  if (path.includes('?')) throw new BadAddress('takes a path after "sqlite:", which has no parameters');
  return path;
}
