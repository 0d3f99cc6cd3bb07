import { findPerson } from '../session/find-person';
import { subjectOf } from '../session/subject-of';

/**
 * What the tabs sign in with after a link with `linked` was opened: its token, or undefined where the tabs keep what they have. Anyone
 * can write a link. Where it signs in another person than the tabs do (`present`), the viewer decides.
 */
export async function tokenToSignIn(
  window: Window,
  linked: string,
  present: string | undefined,
): Promise<string | undefined> {
  if (present === undefined || subjectOf(present) === subjectOf(linked)) return linked;
  const { protocol, host } = window.location;
  const address = `${protocol}//${host}/graphql`;
  const [from, to] = await Promise.all([findPerson(address, present), findPerson(address, linked)]);
  if (to === null) return undefined;
  const sentence = `The tabs here send requests as ${from?.name ?? subjectOf(present)}. The link signs in ${to.name}.`;
  return window.confirm(`${sentence} Change all tabs?`) ? linked : undefined;
}
