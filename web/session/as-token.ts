import { TokenProblem } from './token-problem';

/** What a host application gave where a token was asked for; null where it says that nobody is signed in. */
export function asToken(given: unknown, rule: string): string | null {
  if (given === null) return null;
  if (typeof given === 'string' && given !== '') return given;
  throw new TokenProblem(`Your application answered without a token. Tell those who run it that ${rule}.`, false);
}
