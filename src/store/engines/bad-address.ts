/** An address of a database that the service does not understand. The message says what is wrong and holds no secret. */
export class BadAddress extends Error {
  override readonly name = 'BadAddress';
}
