/** The answer where a page was asked for and nobody has built it: a sentence that says what to do. */
export class WebNotBuilt extends Error {
  override readonly name = 'WebNotBuilt';
  /** Fastify answers with this status and the message. */
  readonly statusCode = 503;

  constructor(page: string) {
    super(`The page ${page} is not built: run npm run build:web. npm run dev builds it in a few seconds.`);
    // The reader has to run a command; where in this code it was noticed tells nothing.
    this.stack = this.message;
  }
}
