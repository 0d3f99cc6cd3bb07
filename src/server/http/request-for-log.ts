import { isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';

/** No token and no e-mail address looks like this. */
const HARMLESS = /^\/[a-z]{1,16}(?=[/?]|$)/;

/**
 * A request as it appears in the log. The path is the route's, not the client's text: any segment of an address can hold a token or an
 * e-mail address. Of an address without a route, only a harmless first segment appears, which shows a proxy that leads to the wrong
 * place. The caller's address is what a proxy passes on, and a client may have written that: what is no IP address does not appear.
 */
export function requestForLog({ method, url, ip, routeOptions: { url: route } }: FastifyRequest) {
  return { method, path: route ?? unknownPath(url), ip: isIP(ip) === 0 ? null : ip };
}

function unknownPath(url: string): string {
  const [first = ''] = HARMLESS.exec(url) ?? [];
  const isWhole = first !== '' && (url.length === first.length || url[first.length] === '?');
  return isWhole ? first : `${first}/…`;
}
