/** Why there is no token that the service accepts: a sentence that says what is wrong and what to do. */
export class TokenProblem extends Error {
  override readonly name = 'TokenProblem';

  constructor(
    message: string,
    /** It may be over without anybody doing anything: the source is asked again after a pause. */
    readonly passes: boolean,
  ) {
    super(passes ? `${message} This is tried again automatically.` : message);
  }
}
