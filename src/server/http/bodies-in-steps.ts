import type { FastifyInstance } from 'fastify';
import type { SmallSteps } from '../../actions/small-steps';

/** Reads bodies of JSON in small steps: any number of large ones may have come whole in the same turn. */
export function readBodiesInSteps(app: FastifyInstance, steps: SmallSteps): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, done) => {
    const read = () => void parse(request, body, done);
    const wait = steps.soon();
    if (wait) void wait.then(read);
    else read();
  });
}
