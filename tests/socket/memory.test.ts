import { measureSubscriptionMemory } from '../kits/measures/subscription-memory';

/** In bytes. Memory varies by some hundred thousand bytes between rounds, and anything kept of a subscription has more than this. */
const MOST_GROWTH = 200;

test('L7 nothing is kept of subscriptions that have been closed: npm run test:memory says it of 100,000', async () => {
  const { growth, subscriptions } = await measureSubscriptionMemory(8_000, 4);
  expect(subscriptions).toBe(8_000);
  expect(growth).toBeLessThan(MOST_GROWTH);
});
