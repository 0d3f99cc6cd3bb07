const IDENTIFIER = /^[!-~]{1,255}$/;

/** Whether `value` is a valid id (I1): 1 to 255 printable ASCII characters without a space, compared byte for byte. */
export function isIdentifier(value: string): boolean {
  return IDENTIFIER.test(value);
}
