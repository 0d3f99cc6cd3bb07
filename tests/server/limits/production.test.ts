import { onBoth } from '../../kits/clients/both-transports';
import { startTestService, type TestService } from '../../kits/service/service';

const MISSPELT = '{ viewer { idd } }';
const WRONG_ENUM = `query ($by: UsageGrouping) {
  organization(id: "acme") { billing { usage(from: "2026-01-01", to: "2026-01-02", groupBy: $by) { entries { key } } } }
}`;

describe.each([
  ['in production nobody is told what the schema has', 'production', false],
  ['outside of production the caller is helped', 'development', true],
])('X3 %s', (_, NODE_ENV, isTold) => {
  let service: TestService;

  beforeAll(async () => {
    service = await startTestService({ environment: { NODE_ENV } });
  });
  afterAll(() => service.close());

  test.each([
    ['a misspelt field', MISSPELT, {}, 'GRAPHQL_VALIDATION_FAILED'],
    [
      'a misspelt value',
      WRONG_ENUM.replace('$by)', 'DAYS)').replace(' ($by: UsageGrouping)', ''),
      {},
      'GRAPHQL_VALIDATION_FAILED',
    ],
    ['a misspelt value of a variable', WRONG_ENUM, { by: 'DAYS' }, 'BAD_USER_INPUT'],
  ])('%s', async (__, query, variables, code) => {
    const answer = await onBoth(service, 'mia', query, { variables });
    expect(answer.code).toBe(code);
    expect(answer.message).toMatch(/"idd"|DAYS/);
    expect(answer.message?.includes('Did you mean')).toBe(isTold);
  });

  test.each(['{ __schema { types { name } } }', '{ __type(name: "User") { fields { name } } }'])(
    '%s',
    async (query) => {
      const answer = await onBoth(service, 'mia', query);
      if (isTold) expect(answer).toEqual({ status: 200, data: expect.any(Object) });
      else expect(answer).toMatchObject({ code: 'GRAPHQL_VALIDATION_FAILED' });
    },
  );
});
