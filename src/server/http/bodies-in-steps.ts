import { isUtf8 } from 'node:buffer';
import type { FastifyInstance } from 'fastify';
import type { SmallSteps } from '../../actions/small-steps';

/**
 * Reads bodies of JSON in small steps: any number of large ones may have come whole in the same turn. JSON is UTF-8 (RFC 8259, 8.1); what is
 * not would be read as something else than what was sent.
 */
export function readBodiesInSteps(app: FastifyInstance, steps: SmallSteps): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    const read = () => {
      if (isUtf8(body)) void parse(request, body.toString(), done);
      else done(Object.assign(new Error('The body is not UTF-8.'), { statusCode: 400 }));
    };
    const wait = steps.soon();
    if (wait) void wait.then(read);
    else read();
  });
}
