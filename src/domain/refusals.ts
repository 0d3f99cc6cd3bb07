import { REFUSAL_MESSAGES, type RefusalArguments, type RefusalCode, type RefusalMessageCode } from './refusal-messages';

/** A well-formed call that a rule of the business refuses. Nothing has changed. The caller gets a `userErrors` entry. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: RefusalCode;
  readonly messageCode: RefusalMessageCode;
  /** Path of the input field at fault, for example `['input', 'userId']`. */
  readonly field: readonly string[] | null;
  /** What the text is made of: a client can say it in its own words. */
  readonly values: Readonly<Record<string, string | number>>;
  /** To refuse once more. */
  readonly given: RefusalArguments;

  constructor(...given: RefusalArguments) {
    const [messageCode, field = null, values = {}] = given;
    const { code, text } = REFUSAL_MESSAGES[messageCode];
    super((text as (values: object) => string)(values));
    this.code = code;
    this.messageCode = messageCode;
    this.field = field;
    this.values = values;
    this.given = given;
  }
}

/** An entry of a list that does not fit its type. The text is for the caller's engineers: what is wrong is a mistake in their program. */
export class MalformedEntry extends Refusal {
  constructor(text: string, field: readonly string[]) {
    super('MALFORMED_ENTRY', field);
    this.message = text;
  }
}

/**
 * The viewer has no permission. One sentence for everything, so that an organization that does not exist and one that the viewer
 * does not belong to get the same response (A4).
 */
export class Forbidden extends Error {
  override readonly name = 'Forbidden';

  constructor(message = 'You do not have access to this.') {
    super(message);
  }
}

/** The input is malformed. The caller's program is at fault, not the user. */
export class BadInput extends Error {
  override readonly name = 'BadInput';
}

/** A dependency of the service (the database, a key set) is not available. The same call may be repeated later. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable';
}
