import { grantCredits } from '../../actions/credits/grant-credits';
import { recordUsage, type Usage } from '../../actions/credits/record-usage';
import type { Services } from '../../actions/services';

/** A month of it fills the chart of the page. */
const DAYS = 30;
const DAY = 24 * 60 * 60 * 1000;

const FEATURES = ['Reports', 'Document search', 'Transcription'];

/** Credits, and who used them for what in the last month: the same each time, and less at weekends. */
export async function seedDemoUsage(
  services: Services,
  organizationId: string,
  people: readonly string[],
): Promise<void> {
  await grantCredits(services, {
    organizationId,
    credits: 12_000,
    reason: 'A gift to begin with',
    idempotencyKey: 'demo-grant',
  });
  const now = services.clock();
  const usages: Usage[] = [];
  for (let ago = DAYS - 1; ago >= 0; ago -= 1) {
    const occurredAt = now - ago * DAY;
    const isWeekend = [0, 6].includes(new Date(occurredAt).getUTCDay());
    people.forEach((userId, index) => {
      // Numbers that look like people's, from a sum that repeats itself nowhere in sight.
      const credits = (37 * ago + 61 * index + 11 * ago * index) % 83;
      if (credits === 0 || (isWeekend && index > 0)) return;
      const feature = FEATURES[(ago + index) % FEATURES.length]!;
      usages.push({ organizationId, userId, feature, credits, occurredAt, idempotencyKey: `demo-${ago}-${userId}` });
    });
  }
  await recordUsage(services, usages);
}
