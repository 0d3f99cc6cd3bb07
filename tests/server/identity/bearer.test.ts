import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import * as fc from 'fast-check';
import {
  bearerOf,
  bearerOfConnectionInit,
  bearerOfHeaders,
  type BearerValue,
} from '../../../src/server/identity/bearer';

const NONE = { kind: 'none' };
const MALFORMED = { kind: 'malformed' };
const bearer = (token: string) => ({ kind: 'bearer', token });

describe('the value of an Authorization header', () => {
  test('I2 no header is anonymous', () => {
    expect(bearerOf(undefined)).toEqual(NONE);
  });

  test.each(['Bearer a.b.c', 'bearer a.b.c', 'BEARER a.b.c', 'Bearer   a.b.c'])(
    'I2 the scheme is Bearer, in whatever case: %p',
    (value) => {
      expect(bearerOf(value)).toEqual(bearer('a.b.c'));
    },
  );

  test.each([
    '',
    ' ',
    'Bearer',
    'Bearer ',
    'Bearer\ta.b.c',
    ' Bearer a.b.c',
    'Bearer a.b.c ',
    'Bearer a b',
    'Bearer a,b',
    'Bearer a.b.c, Bearer d.e.f',
    'Bearer =',
    'Bearer a=b',
    'Bearer "a.b.c"',
    'Bearer a.b.c\n',
    'Bearer ä',
    'Basic dTpw',
    'a.b.c',
    'Bearera.b.c',
    'Bearer: a.b.c',
  ])('I2 a header that is there and is not a well-formed bearer is never anonymous: %p', (value) => {
    expect(bearerOf(value)).toEqual(MALFORMED);
  });

  test.each(['Bearer '.padEnd(1_000_000), `Bearer ${'a'.repeat(1_000_000)}!`, `Bearer ${'='.repeat(1_000_000)}`])(
    'X3 a million characters are malformed, whatever they are: %.10s',
    (value) => {
      expect(bearerOf(value)).toEqual(MALFORMED);
      expect(bearerOf(`Bearer ${'a'.repeat(16_384)}`)).toEqual(MALFORMED);
    },
  );

  test('I2 no text is taken for anonymous, and a token never holds white space, a comma or a quote', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((text) => `Bearer ${text}`),
        ),
        (text) => {
          const value = bearerOf(text);
          expect(value.kind).not.toBe('none');
          if (value.kind === 'bearer') expect(value.token).toMatch(/^[A-Za-z0-9._~+/=-]+$/);
        },
      ),
    );
  });
});

describe('the headers of a request', () => {
  /** What a real server makes of the lines of a request. */
  async function received(lines: readonly string[]): Promise<BearerValue> {
    return new Promise((resolve, reject) => {
      const server = createServer((request, response) => {
        resolve(bearerOfHeaders(request.rawHeaders));
        response.end();
        server.closeAllConnections();
        server.close();
      });
      server.listen(0, '127.0.0.1', () => {
        const socket = connect((server.address() as AddressInfo).port, '127.0.0.1').on('error', reject);
        socket.write(['GET / HTTP/1.1', 'Host: localhost', ...lines, '', ''].join('\r\n'));
      });
    });
  }

  test('I2 no Authorization header is anonymous, whatever else there is', async () => {
    expect(await received(['X-Authorization: Bearer a', 'Cookie: authorization=Bearer a'])).toEqual(NONE);
    expect(bearerOfHeaders(['X-Name', 'Authorization', 'X-Other', 'Bearer a'])).toEqual(NONE);
  });

  test.each(['Authorization', 'authorization', 'AUTHORIZATION'])(
    'I2 one header is read, in whatever case: %s',
    async (name) => {
      expect(await received([`${name}:   Bearer a.b.c  `])).toEqual(bearer('a.b.c'));
    },
  );

  test('I2 an empty header is there', async () => {
    expect(await received(['Authorization:'])).toEqual(MALFORMED);
  });

  test.each([
    ['two tokens', ['Authorization: Bearer a', 'authorization: Bearer b']],
    ['the same token twice', ['Authorization: Bearer a', 'Authorization: Bearer a']],
    ['a token and another scheme', ['Authorization: Bearer a', 'X-Other: 1', 'Authorization: Basic dTpw']],
    ['an empty one and a token', ['Authorization:', 'Authorization: Bearer a']],
  ])('I2 a second Authorization header refuses the request: %s', async (_, lines) => {
    expect(await received(lines)).toEqual(MALFORMED);
  });
});

describe('the payload of connection_init', () => {
  test.each([undefined, null, {}, { token: 'Bearer a' }, { AUTHORIZATION: 'Bearer a' }])(
    'L6 a payload that names no bearer is anonymous: %p',
    (payload) => {
      expect(bearerOfConnectionInit(payload)).toEqual(NONE);
    },
  );

  test.each(['authorization', 'Authorization'])('L6 %s holds what the header would', (name) => {
    expect(bearerOfConnectionInit({ [name]: 'bearer a.b.c', other: 1 })).toEqual(bearer('a.b.c'));
    expect(bearerOfConnectionInit({ [name]: 'a.b.c' })).toEqual(MALFORMED);
    expect(bearerOfConnectionInit({ [name]: '' })).toEqual(MALFORMED);
  });

  test.each([null, 0, true, ['Bearer a'], { token: 'Bearer a' }])(
    'L6 a bearer that is no text is malformed: %p',
    (value) => {
      expect(bearerOfConnectionInit({ authorization: value })).toEqual(MALFORMED);
    },
  );

  test('L6 both spellings at once are malformed, as two headers are', () => {
    expect(bearerOfConnectionInit({ authorization: 'Bearer a', Authorization: 'Bearer a' })).toEqual(MALFORMED);
    expect(bearerOfConnectionInit({ authorization: 'Bearer a', Authorization: null })).toEqual(MALFORMED);
  });

  test.each([['Bearer a'], 'Bearer a', '', 0, 7, true, false, []])(
    'L6 a payload that is no object is malformed: %p',
    (payload) => {
      expect(bearerOfConnectionInit(payload)).toEqual(MALFORMED);
    },
  );

  test('L6 what a payload inherits is not in it', () => {
    expect(bearerOfConnectionInit(Object.create({ authorization: 'Bearer a' }))).toEqual(NONE);
    expect(bearerOfConnectionInit(JSON.parse('{"__proto__":{"authorization":"Bearer a"}}'))).toEqual(NONE);
  });

  test('L6 any JSON is read without an error', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (payload) => {
        expect(['none', 'malformed', 'bearer']).toContain(bearerOfConnectionInit(payload).kind);
      }),
    );
  });
});
