import DataLoader from 'dataloader';

/** SQLite binds at most 32,766 values in a statement, and a list much longer than this gains nothing. */
const MOST_AT_ONCE = 1_000;

/**
 * So many requests share a statement. All that wait at a time in one would leave the database idle while they are answered, and them
 * while it reads.
 */
const MOST_REQUESTS = 8;

type Loader<Question, Answer> = Pick<DataLoader<Question, Answer>, 'load'>;
type Read<Question, Answer> = (questions: readonly Question[]) => Promise<Answer[]>;

/**
 * Reads for all who ask in one turn of the event loop, in groups: a busy process sends fewer statements, and an idle one asks at once.
 * Nothing is kept, so that each answer is newer than its question.
 */
export function inOneTurn<Question, Answer>(read: Read<Question, Answer>): Loader<Question, Answer> {
  return forgetful(read, MOST_REQUESTS, setImmediate);
}

/**
 * Reads for all who ask while the statement before is under way. Many who catch up at once, after a restart say, would otherwise drift apart, since each goes on as its own
 * answer comes, and fill the queue for the database with a statement each.
 */
export function together<Question, Answer>(read: Read<Question, Answer>): Loader<Question, Answer> {
  let underWay: Promise<unknown> = Promise.resolve();
  const noted = (questions: readonly Question[]) => {
    const answers = read(questions);
    underWay = answers.then(nothing, nothing);
    return answers;
  };
  // In a later turn: whoever has just been answered may have the next question by then.
  return forgetful(noted, MOST_AT_ONCE, (ask) => void underWay.then(() => setImmediate(ask)));
}

/** A loader for as long as the process runs. DataLoader holds its last questions for ever, so that each one asks once. */
function forgetful<Question, Answer>(
  read: Read<Question, Answer>,
  maxBatchSize: number,
  schedule: (ask: () => void) => void,
): Loader<Question, Answer> {
  let next: DataLoader<Question, Answer> | null = null;
  const batchScheduleFn = (dispatch: () => void) =>
    schedule(() => {
      next = null;
      dispatch();
    });
  return {
    load: (question) => (next ??= new DataLoader(read, { cache: false, maxBatchSize, batchScheduleFn })).load(question),
  };
}

const nothing = () => undefined;
