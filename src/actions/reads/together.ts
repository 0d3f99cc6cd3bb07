import DataLoader from 'dataloader';

/** SQLite binds at most 32,766 values in a statement, and a list much longer than this gains nothing. */
const MOST_AT_ONCE = 1_000;

/**
 * Reads for all who ask. Many who catch up at once, after a restart say, would otherwise drift apart, since each goes on as its own
 * answer comes, and fill the queue for the database with a statement each.
 */
export function together<Question, Answer>(
  read: (questions: readonly Question[]) => Promise<Answer[]>,
): DataLoader<Question, Answer> {
  let underWay: Promise<unknown> = Promise.resolve();
  const noted = (questions: readonly Question[]) => {
    const answers = read(questions);
    underWay = answers.catch(() => undefined);
    return answers;
  };
  return new DataLoader(noted, {
    cache: false,
    maxBatchSize: MOST_AT_ONCE,
    // In a later turn: whoever has just been answered may have the next question by then.
    batchScheduleFn: (dispatch) => void underWay.then(() => setImmediate(dispatch)),
  });
}
