import DataLoader from 'dataloader';

type Loader<Question, Answer> = Pick<DataLoader<Question, Answer>, 'load'>;
type Read<Question, Answer> = (questions: readonly Question[]) => Promise<Answer[]>;

export interface Batches {
  /** Most questions that share a statement. */
  readonly most: number;
  /** Whether a statement waits for the one before. Questions in between go into the next. */
  readonly isOneAtATime: boolean;
}

/**
 * Operations: a busy process sends fewer statements, and an idle one asks at once. All that wait at a time in one statement would leave
 * the database idle while they are answered, and them while it reads.
 */
export const FOR_OPERATIONS: Batches = { most: 8, isOneAtATime: false };

/**
 * Subscribers: many who catch up at once, after a restart for example, would drift apart, since each goes on as its own answer comes, and
 * fill the queue for the database with a statement each. SQLite binds at most 32,766 values in a statement.
 */
export const FOR_SUBSCRIBERS: Batches = { most: 1_000, isOneAtATime: true };

/**
 * Reads for all who ask in one turn of the event loop. Nothing is kept, so that each answer is newer than its question. DataLoader holds
 * its last questions for ever, so that each one asks once.
 */
export function batchPerTick<Question, Answer>(
  read: Read<Question, Answer>,
  { most, isOneAtATime }: Batches,
): Loader<Question, Answer> {
  let next: DataLoader<Question, Answer> | null = null;
  let underWay: Promise<unknown> = Promise.resolve();
  const readNext = (questions: readonly Question[]) => {
    const answers = read(questions);
    underWay = answers.then(nothing, nothing);
    return answers;
  };
  const batchScheduleFn = (dispatch: () => void) => {
    const ask = () => {
      next = null;
      dispatch();
    };
    // In a later turn, because a caller with a new result may have its next question by then.
    if (isOneAtATime) void underWay.then(() => setImmediate(ask));
    else setImmediate(ask);
  };
  const options = { cache: false, maxBatchSize: most, batchScheduleFn };
  return { load: (question) => (next ??= new DataLoader(isOneAtATime ? readNext : read, options)).load(question) };
}

const nothing = () => undefined;
