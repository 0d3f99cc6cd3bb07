import DataLoader from 'dataloader';

/** SQLite binds at most 32,766 values in a statement, and a list much longer than this gains nothing. */
const MOST_AT_ONCE = 1_000;

/**
 * So many requests share a statement. All that wait at a time in one would leave the database idle while they are answered, and them
 * while it reads.
 */
const MOST_REQUESTS = 8;

/**
 * Reads for all who ask in one turn of the event loop, in groups: a busy process sends fewer statements, and an idle one asks at once.
 * Nothing is kept, so that each answer is newer than its question.
 */
export function inOneTurn<Question, Answer>(
  read: (questions: readonly Question[]) => Promise<Answer[]>,
): DataLoader<Question, Answer> {
  return new DataLoader(read, {
    cache: false,
    maxBatchSize: MOST_REQUESTS,
    batchScheduleFn: (dispatch) => void setImmediate(dispatch),
  });
}

/**
 * Reads for all who ask while the statement before is under way. Many who catch up at once, after a restart say, would otherwise drift apart, since each goes on as its own
 * answer comes, and fill the queue for the database with a statement each.
 */
export function together<Question, Answer>(
  read: (questions: readonly Question[]) => Promise<Answer[]>,
): Pick<DataLoader<Question, Answer>, 'load'> {
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
