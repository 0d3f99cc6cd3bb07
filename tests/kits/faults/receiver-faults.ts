import { between, type Fault, type Faults } from './fault';
import { passes } from '../basics/passing-time';
import type { Health, WebhookReceiver } from './webhook-receiver';

/** What goes wrong at the receiver of webhooks. It delays deliveries, and nothing else (H5). */
export function receiverFaults(receiver: WebhookReceiver): Faults {
  const isUnwell =
    (health: Health): Fault =>
    async ({ random }) => {
      receiver.health = health;
      await passes(between(random, 500, 4_000));
      receiver.health = 'WELL';
    };
  return {
    'the receiver of webhooks is killed': async ({ random }) => {
      await receiver.kill();
      await passes(between(random, 0, 3_000));
      await receiver.start();
    },
    'the receiver of webhooks takes long': isUnwell({ delay: 3_000 }),
    'the receiver of webhooks answers 500': isUnwell('FAILS'),
    'the receiver of webhooks answers nothing': isUnwell('SILENT'),
  };
}
