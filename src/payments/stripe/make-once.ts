import { Unavailable } from '../../domain/refusals';

/** Nobody deletes a thing so often within a day. */
const MOST_TRIES = 20;

/**
 * Makes something under an idempotency key. For a day Stripe answers a key with what was made first, also where somebody has deleted it
 * since: then it is made under another key, which names the deleted one, so that all who ask make the same one.
 */
export async function makeOnce(
  key: string,
  make: (idempotencyKey: string) => Promise<{ readonly id: string }>,
  isThere: (id: string) => Promise<boolean>,
): Promise<string> {
  let idempotencyKey = key;
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const { id } = await make(idempotencyKey);
    if (await isThere(id)) return id;
    idempotencyKey = `${key}/after/${id}`;
  }
  throw new Unavailable('What was made at the payment provider is deleted each time.');
}
