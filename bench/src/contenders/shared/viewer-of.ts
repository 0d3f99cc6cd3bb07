import { jwtVerify } from 'jose';
import { SECRET } from '../../settings';

const key = crypto.subtle.importKey('raw', new TextEncoder().encode(SECRET), { name: 'HMAC', hash: 'SHA-256' }, false, [
  'verify',
]);

/** Whose token it is that an `Authorization` header carries; every contender verifies it for each request. */
export async function viewerOf(authorization: string | undefined): Promise<string> {
  const token = authorization?.replace(/^Bearer /, '') ?? '';
  const { payload } = await jwtVerify(token, await key, { algorithms: ['HS256'], requiredClaims: ['exp', 'sub'] });
  return payload.sub!;
}
