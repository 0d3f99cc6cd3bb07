/** What a person could be known by, or signed in with, has no place in a log. */
const SECRETS: readonly [pattern: RegExp, instead: string][] = [
  [/eyJ[\w-]+\.[\w-]+\.[\w-]*/g, '[token]'],
  // No slash: the paths of a stack have an @ where a package has a scope.
  [/[^\s"'<>(),;:/@]+@[^\s"'<>(),;:/@]+/g, '[e-mail]'],
];

/** The patterns take longer than a text is long. And what quotes a client may have any length. */
const LONGEST = 4_000;

export interface LoggedError {
  readonly type: string;
  readonly message: string;
  readonly stack: string;
  readonly [more: string]: unknown;
}

/**
 * An error as it stands in the log: its words, its code and its causes. Nothing else of it: a failed statement carries its
 * parameters as properties, which are people's names and e-mails.
 */
export function errorForLog(error: unknown): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error, message: withoutSecrets(String(error)), stack: '' };
  const { code, driverError, cause } = error as Error & { code?: unknown; driverError?: { code?: unknown } };
  const knownCode = code ?? driverError?.code;
  return {
    type: error.name,
    message: withoutSecrets(error.message),
    ...((typeof knownCode === 'string' || typeof knownCode === 'number') && { code: knownCode }),
    stack: stackOf(error),
    ...(cause !== undefined && { cause: errorForLog(cause) }),
  };
}

/** The frames stay where the message before them is cut. */
function stackOf({ message, stack = '' }: Error): string {
  const at = stack.indexOf(message);
  const end = at === -1 ? 0 : at + message.length;
  return `${withoutSecrets(stack.slice(0, end))}${withoutSecrets(stack.slice(end))}`;
}

function withoutSecrets(text: string): string {
  return SECRETS.reduce((masked, [pattern, instead]) => masked.replace(pattern, instead), beginningOf(text));
}

/** Ends between two words: the first half of a token or of an address looks like neither. */
function beginningOf(text: string): string {
  if (text.length <= LONGEST) return text;
  const beginning = text.slice(0, LONGEST);
  const end = Math.max(beginning.lastIndexOf(' '), beginning.lastIndexOf('\n'));
  return `${beginning.slice(0, Math.max(end, 0))}…`;
}
