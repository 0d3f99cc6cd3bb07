import type { IncomingMessage } from 'node:http';
import { isIPv6 } from 'node:net';
import proxyAddress from '@fastify/proxy-addr';

/** Whether what this address says of the one before it is believed. */
export type TrustProxy = (address: string, hop: number) => boolean;

/** Trusts only proxies at these addresses and networks. Throws if one is neither. */
export function trustProxies(addresses: readonly string[]): TrustProxy {
  const trust = proxyAddress.compile([...addresses]);
  return (address, hop) => trust(withoutPort(address), hop);
}

/** The address by which a caller is counted. */
export function clientAddress(request: IncomingMessage, trust: TrustProxy): string {
  return countedAddress(withoutPort(proxyAddress(request, trust)));
}

/** Some proxies say from which port: `1.2.3.4:5678`, `[::1]:80`. Each request would have an address of its own. */
function withoutPort(address: string): string {
  const [, inBrackets, v4] = /^(?:\[([^\]]*)\](?::\d{1,5})?|([\d.]+):\d{1,5})$/.exec(address) ?? [];
  return inBrackets ?? v4 ?? address;
}

/** A client with an IPv6 address has all 2^64 addresses of its network: they count as one. */
export function countedAddress(address: string): string {
  if (!isIPv6(address)) return address;
  const [, v4] = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address) ?? [];
  if (v4 !== undefined) return v4;
  const [start = '', end] = address.split('%')[0]!.split('::');
  const groups = (part: string) => part.split(':').filter((group) => group !== '');
  const [left, right] = [groups(start), groups(end ?? '')];
  const filled =
    end === undefined ? left : [...left, ...Array<string>(8 - left.length - right.length).fill('0'), ...right];
  return `${filled
    .slice(0, 4)
    .map((group) => parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}
