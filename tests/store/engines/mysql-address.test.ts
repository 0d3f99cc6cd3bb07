import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BadAddress } from '../../../src/store/engines/bad-address';
import { readMysqlAddress } from '../../../src/store/engines/mysql-address';

const SERVER = 'mysql://user:word@db.example:3307/billing';

describe('O6 an address of a MySQL server', () => {
  let folder: string;
  let ca: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'billing-admins-'));
    ca = join(folder, 'ca.pem');
    writeFileSync(ca, '-----BEGIN CERTIFICATE-----\n');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('names host, port, user, password and database', () => {
    expect(readMysqlAddress('mysql://us%40er:p%23%2Fw@db.example:3307/bil%20ling')).toEqual({
      host: 'db.example',
      port: 3307,
      socketPath: undefined,
      user: 'us@er',
      password: 'p#/w',
      database: 'bil ling',
      tls: undefined,
    });
    expect(readMysqlAddress('mysql://root@[::1]/billing')).toMatchObject({ host: '::1', port: 3306, password: '' });
    expect(readMysqlAddress('mysql://root@localhost/billing?socket=/run/db.sock')).toMatchObject({
      socketPath: '/run/db.sock',
    });
  });

  test.each([
    'ssl=true',
    'ssl=1',
    'ssl=TRUE',
    'ssl-mode=REQUIRED',
    'ssl_mode=required',
    'sslmode=require',
    'sslMode=VERIFY_IDENTITY',
    'sslmode=verify-full',
    'tls=true',
    'useSSL=true',
    'requireSSL=true',
  ])('?%s encrypts, and the certificate has to name the host', (parameter) => {
    expect(readMysqlAddress(`${SERVER}?${parameter}`).tls).toEqual({ verifyIdentity: true });
  });

  test.each(['ssl=false', 'ssl=0', 'ssl-mode=DISABLED', 'sslmode=disable'])('?%s does not encrypt', (parameter) => {
    expect(readMysqlAddress(`${SERVER}?${parameter}`).tls).toBeUndefined();
  });

  test('its own authorities are read from a file, and imply encryption', () => {
    const pem = '-----BEGIN CERTIFICATE-----\n';
    expect(readMysqlAddress(`${SERVER}?ssl-ca=${ca}`).tls).toEqual({ verifyIdentity: true, ca: pem });
    expect(readMysqlAddress(`${SERVER}?ssl-mode=VERIFY_CA&ssl-ca=${ca}`).tls).toEqual({
      verifyIdentity: false,
      ca: pem,
    });
    expect(readMysqlAddress(`mysql://root@10.0.0.1/billing?sslmode=verify-ca&sslrootcert=${ca}`).tls).toEqual({
      verifyIdentity: false,
      ca: pem,
    });
    expect(readMysqlAddress(`${SERVER}?ssl-cert=${ca}&ssl-key=${ca}`).tls).toEqual({
      verifyIdentity: true,
      cert: pem,
      key: pem,
    });
  });

  test.each<[string, RegExp]>([
    ['mysql://user:p#w@db.example/billing', /mysql:\/\/user:password@host/],
    [`${SERVER}#x`, /%23/],
    ['mysql://user@db.example', /one database/],
    ['mysql://user@db.example/billing/other', /one database/],
    ['mysql://user@db.example/100%', /% in the database/],
    ['mysql://user:100%@db.example/billing', /% in the password/],
    [`${SERVER}?charset=latin1`, /not understood: "charset"/],
    [`${SERVER}?connectTimeout=1`, /not understood/],
    [`${SERVER}?constructor=1`, /not understood/],
    [`${SERVER}?ssl-mode=PREFERRED`, /ssl-mode that is not understood: "PREFERRED"/],
    [`${SERVER}?ssl=yes please`, /not understood/],
    [`${SERVER}?ssl=`, /no value/],
    [`${SERVER}?ssl=true&sslmode=disable`, /says twice/],
    [`${SERVER}?ssl=true&ssl=true`, /says twice/],
    [`${SERVER}?ssl=false&ssl-ca=/ca.pem`, /nothing is encrypted/],
    [`${SERVER}?ssl-ca=/no/such/ca.pem`, /ssl-ca that cannot be read/],
    [`${SERVER}?ssl-ca=${join(process.cwd(), 'package.json')}`, /PEM/],
    [`${SERVER}?ssl-mode=VERIFY_CA`, /needs ssl-ca/],
    ['mysql://root@10.0.0.1/billing?ssl=true', /IP address/],
    ['mysql://root@[::1]/billing?ssl=true', /IP address/],
    [`${SERVER}?socket=/run/db.sock&ssl=true`, /Unix socket/],
  ])('%s is refused in a sentence', (text, sentence) => {
    const reading = () => readMysqlAddress(text);
    expect(reading).toThrow(BadAddress);
    expect(reading).toThrow(sentence);
    // The whole address would hold the password.
    expect(reading).not.toThrow(/:word@|p#w|100%@/);
  });

  test('ssl-cert without ssl-key is refused', () => {
    expect(() => readMysqlAddress(`${SERVER}?ssl-cert=${ca}`)).toThrow(/ssl-cert and ssl-key together/);
  });
});
