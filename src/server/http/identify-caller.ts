import type { IncomingMessage } from 'node:http';
import { HeaderMap } from '@apollo/server';
import type { FastifyRequest } from 'fastify';
import { GraphQLError } from 'graphql';
import { Unavailable } from '../../domain/refusals';
import type { Viewer } from '../../domain/viewer';
import { authenticate } from '../identity/authenticate';
import { bearerOfHeaders } from '../identity/bearer';
import { InvalidToken } from '../identity/invalid-token';
import { KeySetUnavailable } from '../identity/key-set-unavailable';
import type { TokenVerifier } from '../identity/token-verifier';
import type { RequestRates } from '../limits/request-rates';

/** The caller of a request, which is counted. Null for an anonymous one. Throws the caller's error, with its status. */
export type IdentifyCaller = (request: FastifyRequest) => Promise<Viewer | null>;

interface Identification {
  readonly verifier: TokenVerifier;
  readonly rates: RequestRates;
  readonly addressOf: (request: IncomingMessage) => string;
}

export function createIdentifyCaller({ verifier, rates, addressOf }: Identification): IdentifyCaller {
  return async (request) => {
    const address = addressOf(request.raw);
    const bearer = bearerOfHeaders(request.raw.rawHeaders);
    const known = bearer.kind === 'bearer' ? verifier.known(bearer.token) : null;
    if (known) {
      await rates.countRequest(known, address);
      return known;
    }
    // First of all: a token is verified with work, and may have to wait for the issuer.
    await rates.countAddress(address);
    try {
      const viewer = await authenticate(verifier, bearer, { address });
      if (viewer) await rates.countIdentified(viewer, address);
      return viewer;
    } catch (error) {
      if (error instanceof KeySetUnavailable) throw unavailable(error);
      if (!(error instanceof InvalidToken)) throw error;
      request.log.info({ reason: error.reason }, 'A token was refused.');
      throw refusedToken();
    }
  };
}

/** I2: a token that is there and not valid refuses the whole request. */
function refusedToken(): GraphQLError {
  const headers = new HeaderMap([['www-authenticate', 'Bearer error="invalid_token"']]);
  return new GraphQLError('The bearer token is not valid.', {
    extensions: { code: 'UNAUTHENTICATED', http: { status: 401, headers } },
  });
}

function unavailable(cause: Error): GraphQLError {
  return new GraphQLError('The key set of the tokens is not available.', {
    originalError: new Unavailable('The key set of the tokens is not available.', { cause }),
    extensions: { http: { status: 503 } },
  });
}
