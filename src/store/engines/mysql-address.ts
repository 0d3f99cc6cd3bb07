import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { BadAddress } from './bad-address';

/** Where a MySQL or MariaDB server is, and how to log in to it. */
export interface MysqlAddress {
  readonly host: string;
  readonly port: number;
  /** The path of a Unix socket, in place of host and port. */
  readonly socketPath: string | undefined;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  /** Undefined: the connection is not encrypted. */
  readonly tls: MysqlTls | undefined;
}

/** The certificate of the server is always verified. */
export interface MysqlTls {
  /** Whether the certificate must also name the host. */
  readonly verifyIdentity: boolean;
  /** Certificates in PEM, in place of the authorities that Node knows. */
  readonly ca?: string;
  /** The client's own certificate and key in PEM, where the server asks for one. */
  readonly cert?: string;
  readonly key?: string;
}

const DEFAULT_PORT = 3306;

/** The names that drivers and tools give to one parameter, without case, `-` and `_`. */
const PARAMETERS: Readonly<Record<string, Parameter>> = {
  ssl: 'tls',
  tls: 'tls',
  usessl: 'tls',
  requiressl: 'tls',
  sslmode: 'tls',
  sslca: 'ca',
  sslrootcert: 'ca',
  sslcert: 'cert',
  sslkey: 'key',
  socket: 'socket',
  socketpath: 'socket',
  unixsocket: 'socket',
};

type Parameter = 'tls' | 'ca' | 'cert' | 'key' | 'socket';

type Encryption = 'none' | 'certificate' | 'certificate and host name';

/** The meaning of the values of `ssl` and `ssl-mode`. Encryption without a verified certificate does not protect against an attacker in between. */
const ENCRYPTION: Readonly<Record<string, Encryption>> = {
  '0': 'none',
  false: 'none',
  disable: 'none',
  disabled: 'none',
  '1': 'certificate and host name',
  true: 'certificate and host name',
  require: 'certificate and host name',
  required: 'certificate and host name',
  verifyidentity: 'certificate and host name',
  verifyfull: 'certificate and host name',
  verifyca: 'certificate',
};

/**
 * Reads `mysql://user:password@host:port/database?parameter=value`. Files that it names are read at once. Throws `BadAddress` for
 * whatever it does not understand: a parameter that is silently dropped could be the one that encrypts.
 */
export function readMysqlAddress(text: string): MysqlAddress {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url?.protocol !== 'mysql:')
    throw new BadAddress('takes mysql://user:password@host:port/database; write other characters of a name as %XX');
  if (url.hash !== '') throw new BadAddress('holds a #, which is written %23');
  const database = decoded('the database', url.pathname.slice(1));
  if (database === '' || database.includes('/')) throw new BadAddress('takes the name of one database after the host');
  const parameters = readParameters(url.searchParams);
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (host === '') throw new BadAddress('takes a host before the name of the database');
  const socketPath = parameters.get('socket');
  return {
    host,
    port: url.port === '' ? DEFAULT_PORT : Number(url.port),
    socketPath,
    user: decoded('the user', url.username),
    password: decoded('the password', url.password),
    database,
    tls: readTls(parameters, socketPath === undefined ? host : null),
  };
}

function readParameters(given: URLSearchParams): Map<Parameter, string> {
  const parameters = new Map<Parameter, string>();
  for (const [name, value] of given) {
    const key = simplified(name);
    const parameter = Object.hasOwn(PARAMETERS, key) ? PARAMETERS[key] : undefined;
    if (!parameter)
      throw new BadAddress(
        `has a parameter that is not understood: ${quoted(name)}. It takes ssl-mode, ssl-ca, ssl-cert, ssl-key and socket`,
      );
    if (parameters.has(parameter)) throw new BadAddress(`says twice what ${quoted(name)} says`);
    if (value === '') throw new BadAddress(`has no value for ${quoted(name)}`);
    parameters.set(parameter, value);
  }
  return parameters;
}

/** `host`: null on a Unix socket. */
function readTls(parameters: ReadonlyMap<Parameter, string>, host: string | null): MysqlTls | undefined {
  const files = { ca: parameters.get('ca'), cert: parameters.get('cert'), key: parameters.get('key') };
  const hasFiles = Object.values(files).some((file) => file !== undefined);
  const asked = parameters.get('tls');
  const encryption = asked === undefined ? undefined : readEncryption(asked);
  if (encryption === 'none' && hasFiles) throw new BadAddress('names certificates and says that nothing is encrypted');
  const wanted = encryption ?? (hasFiles ? 'certificate and host name' : 'none');
  if (wanted === 'none') return undefined;
  if (host === null) throw new BadAddress('asks to encrypt a Unix socket, which leaves this machine nowhere');
  const verifyIdentity = wanted === 'certificate and host name';
  // mysql2 compares the certificate with "localhost" where the host is an IP address.
  if (verifyIdentity && isIP(host) !== 0)
    throw new BadAddress(
      'asks to encrypt and names the host by an IP address: take the name that its certificate holds, or ssl-mode=VERIFY_CA with ssl-ca, which compares no name',
    );
  if (!verifyIdentity && files.ca === undefined)
    throw new BadAddress('has ssl-mode=VERIFY_CA, which needs ssl-ca: any certificate of a public authority would do');
  if ((files.cert === undefined) !== (files.key === undefined))
    throw new BadAddress('takes ssl-cert and ssl-key together');
  const contents = Object.entries(files).flatMap(([name, path]) =>
    path === undefined ? [] : [[name, readPem(name, path)] as const],
  );
  return { verifyIdentity, ...Object.fromEntries(contents) };
}

function readEncryption(value: string): Encryption {
  const key = simplified(value);
  const encryption = Object.hasOwn(ENCRYPTION, key) ? ENCRYPTION[key] : undefined;
  if (!encryption)
    throw new BadAddress(
      `has a value for ssl-mode that is not understood: ${quoted(value)}. It takes REQUIRED (or ssl=true), VERIFY_IDENTITY, VERIFY_CA and DISABLED`,
    );
  return encryption;
}

function readPem(name: string, path: string): string {
  try {
    const text = readFileSync(path, 'utf8');
    if (!text.includes('-----BEGIN ')) throw new Error('it holds nothing in PEM');
    return text;
  } catch (error) {
    throw new BadAddress(`names a file by ssl-${name} that cannot be read: ${(error as Error).message}`);
  }
}

function decoded(what: string, text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new BadAddress(`has a % in ${what} that encodes nothing: a % itself is written %25`);
  }
}

function simplified(text: string): string {
  return text.toLowerCase().replaceAll(/[-_]/g, '');
}

/** A value in an address may be long, and a slip may put a secret there: a few characters tell which it is. */
function quoted(text: string): string {
  return JSON.stringify(text.length > 30 ? `${text.slice(0, 30)}…` : text);
}
