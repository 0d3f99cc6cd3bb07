import { once } from 'node:events';
import { connect } from 'node:net';
import { execute } from 'graphql';
import { startTestService, type TestService } from '../../kits/service/service';
import { WorkPerTurn } from '../../kits/measures/work-per-turn';

const COUNT = 40;

/** Milliseconds that each answer takes. */
const LONG = 10;

let service: TestService;
let work: WorkPerTurn;

beforeAll(async () => {
  service = await startTestService({
    execute: (args) => {
      work.do();
      return execute(args);
    },
  });
});
afterAll(() => service.close());
beforeEach(() => {
  work = new WorkPerTurn(LONG);
});
afterEach(() => work.stop());

const body = '{"query":"{ plans { key } }"}';

test.each<[string, readonly string[]]>([
  [
    'POST',
    ['POST /graphql HTTP/1.1', 'Host: a', 'Content-Type: application/json', `Content-Length: ${body.length}`, '', body],
  ],
  [
    'GET',
    [
      'GET /graphql?query=%7B%20plans%20%7B%20key%20%7D%20%7D HTTP/1.1',
      'Host: a',
      'Apollo-Require-Preflight: true',
      '',
      '',
    ],
  ],
])('X3 operations that come in one piece leave turns to others: %s', async (_, request) => {
  const socket = connect(Number(new URL(service.address).port), '127.0.0.1');
  await once(socket, 'connect');
  let said = '';
  socket.on('data', (piece) => (said += piece.toString()));
  socket.write(request.join('\r\n').repeat(COUNT));
  const answers = () => said.split('HTTP/1.1 200 OK').length - 1;
  while (answers() < COUNT) await once(socket, 'data');
  socket.destroy();
  // A step has 20 milliseconds, and what has been begun is finished.
  expect(work.most).toBeLessThanOrEqual(3);
});
