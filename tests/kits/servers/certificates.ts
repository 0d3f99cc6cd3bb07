import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Makes an authority and certificates that it has signed, in `folder`, with the command openssl. */
export class Certificates {
  readonly authority: string;

  constructor(private readonly folder: string) {
    this.authority = join(folder, 'authority.pem');
    const key = join(folder, 'authority.key');
    openssl(
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-days',
      '2',
      '-subj',
      '/CN=authority',
      '-keyout',
      key,
      '-out',
      this.authority,
    );
  }

  /** Paths of a certificate for the host and its key. */
  for(host: string): { readonly certificate: string; readonly key: string } {
    const [key, request, certificate, names] = ['key', 'request', 'pem', 'names'].map((end) =>
      join(this.folder, `${host}.${end}`),
    ) as [string, string, string, string];
    writeFileSync(names, `subjectAltName=DNS:${host}\n`);
    openssl('req', '-newkey', 'rsa:2048', '-nodes', '-subj', `/CN=${host}`, '-keyout', key, '-out', request);
    const signer = ['-CA', this.authority, '-CAkey', join(this.folder, 'authority.key'), '-CAcreateserial'];
    openssl('x509', '-req', '-in', request, ...signer, '-days', '2', '-extfile', names, '-out', certificate);
    return { certificate, key };
  }
}

function openssl(...args: string[]): void {
  execFileSync('openssl', args, { stdio: 'pipe' });
}
