import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { batchPerTick, FOR_OPERATIONS, FOR_SUBSCRIBERS } from '../../src/actions/loaders/batch-per-tick';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const WAYS = { FOR_OPERATIONS, FOR_SUBSCRIBERS };

describe.each(Object.entries(WAYS))('%s', (_name, batches) => {
  test('X4 holds neither the last questions nor their answers', async () => {
    const loader = batchPerTick(
      async (questions: readonly object[]) => questions.map((question) => ({ question })),
      batches,
    );
    const held: WeakRef<object>[] = [];
    const ask = async () => {
      const question = {};
      held.push(new WeakRef(question), new WeakRef(await loader.load(question)));
    };
    await Promise.all([ask(), ask()]);
    // What a WeakRef refers to stays for the rest of the turn in which it was made.
    await new Promise(setImmediate);
    collect();
    expect(held.filter((one) => one.deref())).toEqual([]);
    // It goes on as before.
    await loader.load({});
  });

  test('asks once for all who ask in one turn, and for no more than it may', async () => {
    const asked: number[] = [];
    const loader = batchPerTick(async (questions: readonly number[]) => {
      asked.push(questions.length);
      return questions.map((question) => 2 * question);
    }, batches);
    const questions = Array.from({ length: 1_500 }, (_, index) => index);
    const answers = await Promise.all(questions.map((question) => loader.load(question)));
    expect(answers).toEqual(questions.map((question) => 2 * question));
    expect(asked.reduce((sum, count) => sum + count, 0)).toBe(1_500);
    expect(Math.max(...asked)).toBe(batches.most);
  });
});
