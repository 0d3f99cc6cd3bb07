import type { SandboxRecords } from '../../../src/payments/sandbox/sandbox-records';
import { sandboxAccounts } from '../../../src/store/sandbox-accounts';
import { startServices, type TestServices } from '../../kits/service/services';

describe("B2 the sandbox's documents", () => {
  let services: TestServices;
  let records: SandboxRecords;

  beforeAll(async () => {
    services = await startServices();
    records = sandboxAccounts(services.database);
  });
  afterAll(() => services.close());

  const add = (id: string, text: string) =>
    records.change(id, (body) => ({ body: (body ?? '') + text, result: body?.length ?? 0 }));

  test('B2 a document that nobody made is null', async () => {
    expect(await records.read('nobody')).toBeNull();
  });

  test('B2 what a change returns is kept, and the caller gets its result', async () => {
    expect(await add('one', 'é💳 ')).toBe(0);
    expect(await add('one', '\\"')).toBe('é💳 '.length);
    expect(await records.read('one')).toBe('é💳 \\"');
  });

  test('I1 documents of ids that differ in case alone are two', async () => {
    await add('usr_a', 'small');
    await add('usr_A', 'large');
    expect(await records.read('usr_a')).toBe('small');
    expect(await records.read('usr_A')).toBe('large');
  });

  test('B2 a change that throws keeps nothing', async () => {
    await add('firm', 'before');
    const failing = records.change('firm', () => {
      throw new Error('declined');
    });
    await expect(failing).rejects.toThrow('declined');
    expect(await records.read('firm')).toBe('before');
  });

  test('B2 changes at the same time, also the first ones, follow one another and none is lost', async () => {
    await Promise.all(Array.from({ length: 12 }, () => add('busy', '.')));
    expect(await records.read('busy')).toBe('.'.repeat(12));
  });

  test('B2 a document may be larger than a text of MySQL', async () => {
    await add('large', 'é'.repeat(200_000));
    expect((await records.read('large'))?.length).toBe(200_000);
  });

  test('B2 a document that comes back as it was is not written', async () => {
    await add('quiet', 'same');
    const before = services.statements.length;
    await add('quiet', '');
    expect(services.statements.slice(before).filter((sql) => sql.startsWith('UPDATE'))).toEqual([]);
  });
});
