import type { GraphQLSchema } from 'graphql';
import { everyInputPlace, type InputPlace } from '../operations/input-places';
import type { Random } from '../basics/random';
import { type Attack, type Role, ROLES } from './attack';
import type { HostileInput } from './hostile-input';
import { HOSTILE_LITERALS, hostileValuesOf } from './hostile-values';
import { ATTACKED } from './service-under-attack';

/** Stands in the variables where the hostile value comes, as text. */
const PLACE = '\u0000place';

/** Fields that could end the organization for good get the id of one that does not exist. */
const ENDING = ['Mutation.removeOrganization'];

/** The roles that get furthest with a value. */
const ENTITLED: Role[] = ['owner', 'host'];

/** Values of each place in the short form. The next place has the next ones, so that a run sends nearly all, and several runs all everywhere. */
const FEW = 3;

/** Values that are sent at the same time. */
const AT_A_TIME = 4;

/**
 * For each argument of the schema and each field of an input: the values that are hostile to its type; a few of them where `random` is to
 * choose.
 */
export function argumentInputs(schema: GraphQLSchema, random: Random | null = null): HostileInput[] {
  const offset = random && Math.floor(random() * 1_000);
  return everyInputPlace(schema, ATTACKED).map((place, index) => ({
    name: `${place.field} ${place.path}`,
    send: (attack) => sendTo(attack, forEnding(schema, place), offset === null ? null : offset + FEW * index),
  }));
}

function forEnding(schema: GraphQLSchema, place: InputPlace): InputPlace {
  if (!ENDING.includes(place.field)) return place;
  return everyInputPlace(schema, 'nothing-there').find(
    ({ field, path }) => field === place.field && path === place.path,
  )!;
}

/** All values, or a few from the one with the number `from`. */
async function sendTo(attack: Attack, place: InputPlace, from: number | null): Promise<void> {
  const values = hostileValuesOf(place.kind, place.type);
  const send = place.transport === 'http' ? overHttp : overSocket;
  // A body may have a megabyte, and the short form sends a few.
  const all = [
    ...values.map(({ name, json }) => ({
      name,
      body: () =>
        JSON.stringify({ query: place.query, variables: place.variables(PLACE) }).replace(
          JSON.stringify(PLACE),
          () => json,
        ),
    })),
    ...HOSTILE_LITERALS.map(({ name, json }) => ({
      name: `in the document, ${name}`,
      body: () => JSON.stringify({ query: place.queryWithLiteral(json) }),
    })),
  ];
  const sends = from === null ? all : Array.from({ length: FEW }, (_, index) => all[(from + index) % all.length]!);
  for (let start = 0; start < sends.length; start += AT_A_TIME) {
    const some = sends.slice(start, start + AT_A_TIME);
    attack.step(some.map(({ name }) => name).join(' | '));
    await send(
      attack,
      some.map(({ body }) => body()),
    );
  }
}

/** Each once by a role that may, and once by any role. */
async function overHttp(attack: Attack, bodies: readonly string[]): Promise<void> {
  await Promise.all(
    bodies.flatMap((body) => [attack.post(attack.pick(ENTITLED), body), attack.post(attack.pick(ROLES), body)]),
  );
}

async function overSocket(attack: Attack, bodies: readonly string[]): Promise<void> {
  for (const role of ['owner', 'stranger'] as const) {
    const socket = await attack.socket(role);
    if (!socket) continue;
    bodies.forEach((body, index) => socket.say(`{"type":"subscribe","id":"${index}","payload":${body}}`));
    await socket.until(() => socket.heard > bodies.length, 2_000);
    socket.socket.terminate();
  }
}
