/** What a person could be known by, or signed in with, has no place in a log. */
const SECRETS: readonly [pattern: RegExp, instead: string][] = [
  // A JSON Web Token: `{"…`, or with white space in between, in base64url.
  [/\be[yw][A-Za-z0-9][\w-]*\.[\w-]+\.[\w-]*/g, '[token]'],
  [/\bbearer +[^\s"',;]+/gi, '[token]'],
  // Stripe's secret and restricted keys, and the secrets of its webhooks.
  [/\b(?:sk|rk|whsec)_\w+/g, '[key]'],
  // No slash: the paths of a stack have an @ where a package has a scope.
  [/[^\s"'<>(),;:/@]+(?:@|%40)[^\s"'<>(),;:/@]+/gi, '[e-mail]'],
  // MySQL quotes the value that it refuses, which is a person's name or e-mail address.
  [/\b(entry|value:?) '.*?'(?= for |$)/gs, "$1 '[value]'"],
];

/** The patterns take longer than a text is long. And what quotes a client may have any length. */
const LONGEST = 4_000;

/** How deep causes and errors within errors are followed, and how many of the latter: a cause may be its own. */
const DEEPEST = 5;
const MOST_WITHIN = 5;

export type LoggedError = {
  readonly type: string;
  readonly message: string;
  readonly stack: string;
  readonly [more: string]: unknown;
};

/**
 * An error as the log shows it: its message, its code, its causes and the errors that it contains. Nothing else of it: a failed statement
 * carries its parameters as properties, which are people's names and e-mails. `secrets` are the settings' own.
 */
export function errorForLog(error: unknown, secrets: readonly string[] = []): LoggedError {
  return within(error, secrets, DEEPEST);
}

function within(error: unknown, secrets: readonly string[], depth: number): LoggedError {
  const masked = (text: unknown) => withoutSecrets(String(text), secrets);
  if (!(error instanceof Error)) return { type: typeof error, message: masked(textOf(error)), stack: '' };
  const { code, driverError, cause, errors } = error as Error & {
    code?: unknown;
    driverError?: { code?: unknown };
    errors?: unknown;
  };
  const knownCode = code ?? driverError?.code;
  const below = (inner: unknown) => within(inner, secrets, depth - 1);
  return {
    type: masked(error.name),
    message: masked(error.message),
    ...(typeof knownCode === 'string' && { code: masked(knownCode) }),
    ...(typeof knownCode === 'number' && { code: knownCode }),
    stack: stackOf(error, masked),
    ...(depth > 0 && cause !== undefined && { cause: below(cause) }),
    ...(depth > 0 && Array.isArray(errors) && { errors: errors.slice(0, MOST_WITHIN).map(below) }),
  };
}

/** Of an object nothing but what it is: its properties may hold anything. */
function textOf(thrown: unknown): unknown {
  return typeof thrown === 'object' && thrown !== null ? Object.prototype.toString.call(thrown) : thrown;
}

/** The frames stay where the message before them is cut. */
function stackOf({ message, stack = '' }: Error, masked: (text: string) => string): string {
  const at = stack.indexOf(message);
  const end = at === -1 ? 0 : at + message.length;
  return `${masked(stack.slice(0, end))}${masked(stack.slice(end))}`;
}

function withoutSecrets(text: string, secrets: readonly string[]): string {
  // First, and over the whole text: a part of one that the cut leaves would not be found.
  const unset = secrets.reduce((masked, secret) => masked.replaceAll(secret, '[secret]'), text);
  return SECRETS.reduce((masked, [pattern, instead]) => masked.replace(pattern, instead), beginningOf(unset));
}

/** Ends between two words: the first half of a token or of an address looks like neither. */
function beginningOf(text: string): string {
  if (text.length <= LONGEST) return text;
  const beginning = text.slice(0, LONGEST);
  const end = Math.max(beginning.lastIndexOf(' '), beginning.lastIndexOf('\n'));
  return `${beginning.slice(0, Math.max(end, 0))}…`;
}
