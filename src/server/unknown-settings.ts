/** Variables that Kubernetes sets for a service by the name of AUTH, REDIS and so on. */
const OF_THE_PLATFORM = /_(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT(_\d+_(TCP|UDP|SCTP)(_\w+)?)?)$/;

/** A name that is so short is a word of its own, and not a slip. */
const SHORTEST_NAME = 8;
const MOST_SLIPS = 2;

/**
 * A sentence for each variable that resembles one of `known` but is not one: a typing error may leave a protection unset. A name that
 * is nearly another one's counts only where that one is not set.
 */
export function unknownSettings(
  environment: Readonly<Record<string, string | undefined>>,
  known: readonly string[],
): string[] {
  const given = Object.keys(environment).filter((name) => (environment[name] ?? '') !== '');
  return given.flatMap((name) => {
    if (known.includes(name) || OF_THE_PLATFORM.test(name)) return [];
    const meant = known.find((one) => isNear(name, one) && !given.includes(one));
    if (meant !== undefined) return [`${name} is not a setting: ${meant} is.`];
    const isOurs = name.startsWith('AUTH_');
    return isOurs ? [`${name} is not a setting. Those that begin with AUTH_ say whose tokens count.`] : [];
  });
}

function isNear(name: string, known: string): boolean {
  if (known.length < SHORTEST_NAME || Math.abs(name.length - known.length) > MOST_SLIPS) return false;
  return distance(name.toUpperCase(), known) <= MOST_SLIPS;
}

/** How many characters have to be put in, taken out or changed to get from one text to the other (Levenshtein). */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [line, character] of [...from].entries()) {
    const next = [line + 1];
    for (let column = 1; column <= to.length; column++) {
      const changed = row[column - 1]! + (to[column - 1] === character ? 0 : 1);
      next.push(Math.min(changed, row[column]! + 1, next[column - 1]! + 1));
    }
    row = next;
  }
  return row[to.length]!;
}
