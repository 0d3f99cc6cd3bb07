import { signToken } from '../identity/sign-token';
import { DEMO_OPERATIONS } from './demo-operations';
import { DEMO_PEOPLE } from './demo-people';

/** All that a host's back end may ever do. */
const HOST_SCOPES = [
  ...['directory:read', 'directory:write', 'usage:write', 'billing:write'],
  ...['access:read', 'events:read'],
];

/** A demo token lasts a day, in seconds. */
const DAY = 24 * 60 * 60;

/** What the demo says once it runs: where it is, who can sign in, and what to try. */
export async function demoGreeting(address: string, secret: string): Promise<string> {
  const people = await Promise.all(
    Object.values(DEMO_PEOPLE).map(async ({ id, name, who }) => {
      const token = await signToken(secret, { subject: id, expiresInSeconds: DAY });
      return `${who} (${name})\n  link:  ${address}/#token=${token}\n  token: ${token}\n`;
    }),
  );
  const hostToken = await signToken(secret, {
    subject: 'demo-host',
    scopes: HOST_SCOPES,
    expiresInSeconds: DAY,
  });
  return `
Billing Admins: the demo runs.

  the page   ${address}/
  GraphQL    ${address}/graphql   (HTTP, and WebSocket with graphql-transport-ws; GraphiQL in a browser)
  health     ${address}/healthz  ${address}/readyz

Sign in by opening a link: two windows as two people show each other's changes. The same fragment signs in to GraphiQL,
${address}/graphql#token=..., with the operations below in its tabs; or send a token as "Authorization: Bearer ...".

${people.join('\n')}
Host back end (scopes ${HOST_SCOPES.join(', ')})
  token: ${hostToken}

Try, as one of them:

${Object.values(DEMO_OPERATIONS).join('\n\n')}

The same over HTTP:

  curl -s ${address}/graphql -H 'content-type: application/json' -H "authorization: Bearer $TOKEN" \\
    -d '{"query":"{ organization(id: \\"acme\\") { name billing { viewerAccess { level source } } } }"}'

Stop with Ctrl-C. There is no such sign-in once AUTH_JWT_SECRET or AUTH_JWKS_URL is set.
`;
}
