import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type JWK, type JWTPayload } from 'jose';

export type Algorithm = 'RS256' | 'ES256' | 'EdDSA';

/** A key pair of an issuer's, and tokens signed with it. */
export interface SigningKey {
  /** The content of the key set. */
  readonly published: JWK;
  /** The private half too, which never should. */
  readonly whole: JWK;
  sign(claims: JWTPayload, header?: object): Promise<string>;
}

export async function makeSigningKey(alg: Algorithm, kid?: string): Promise<SigningKey> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  return {
    published: { ...(await exportJWK(publicKey)), kid },
    whole: { ...(await exportJWK(privateKey)), kid },
    sign: (claims, header = {}) => new SignJWT(claims).setProtectedHeader({ alg, kid, ...header }).sign(privateKey),
  };
}

/** A real server on this machine that answers with a key set. */
export class LocalIssuer {
  /** How often it was asked. */
  requests = 0;
  private status = 200;
  private body = '{"keys":[]}';
  private headers: Record<string, string> = {};
  private arrived: () => void = () => undefined;
  private asked: () => void = () => undefined;

  private held = Promise.resolve();

  private readonly server = createServer((_, response) => {
    this.requests += 1;
    this.asked();
    void this.held.then(() => response.writeHead(this.status, this.headers).end(this.body, this.arrived));
  });

  static async start(): Promise<LocalIssuer> {
    const issuer = new LocalIssuer();
    await new Promise<void>((resolve) => issuer.server.listen(0, '127.0.0.1', resolve));
    return issuer;
  }

  get url(): URL {
    return new URL(`http://127.0.0.1:${(this.server.address() as AddressInfo).port}/keys`);
  }

  publish(...keys: JWK[]): void {
    this.answer(200, JSON.stringify({ keys }));
  }

  answer(status: number, body = '', headers: Record<string, string> = {}): void {
    Object.assign(this, { status, body, headers });
  }

  /** From now on nobody is answered. Returns what ends that. */
  hang(): () => void {
    let end: () => void = () => undefined;
    this.held = new Promise((resolve) => (end = resolve));
    return end;
  }

  /** Resolves when it is asked the next time. */
  nextRequest(): Promise<void> {
    return new Promise((resolve) => (this.asked = resolve));
  }

  /** Resolves when the next answer has left. */
  nextAnswer(): Promise<void> {
    return new Promise((resolve) => (this.arrived = resolve));
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
