import 'reflect-metadata';
import { measureSubscriptionMemory } from '../measures/subscription-memory';

const SUBSCRIPTIONS = Number(process.env.TEST_SUBSCRIPTIONS ?? 100_000);

const ROUNDS = 10;

/** Less than the smallest object that could be kept of a subscription: a pointer to it and its header. */
const MOST_GROWTH = 16;

async function main(): Promise<void> {
  const { held, subscriptions, growth } = await measureSubscriptionMemory(SUBSCRIPTIONS, ROUNDS);
  const megabytes = held.map((bytes) => (bytes / 1_024 / 1_024).toFixed(2));
  process.stdout.write(`MB held, to begin with and after each of ${ROUNDS} rounds: ${megabytes.join(' ')}\n`);
  process.stdout.write(
    `${subscriptions} subscriptions opened and closed: ${growth.toFixed(1)} bytes of growth for each.\n`,
  );
  if (growth <= MOST_GROWTH) return;
  process.stderr.write(`More than ${MOST_GROWTH} bytes of each are kept.\n`);
  process.exitCode = 1;
}

void main();
