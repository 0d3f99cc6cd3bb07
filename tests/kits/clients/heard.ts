import type { Notifier, ChangeNotification } from '../../../src/notifications/notifier';
import { Arrivals } from '../basics/arrivals';

/** What a notifier tells of one organization, in words: `own 3`, or `told 3` where another instance says so. */
export class Heard extends Arrivals<string> {
  readonly stop: () => void;

  constructor(notifier: Notifier, organizationId: string) {
    super();
    this.stop = notifier.subscribe(organizationId, ({ logPosition, isOwn }: ChangeNotification) =>
      this.take(`${isOwn ? 'own' : 'told'} ${logPosition.sequence}`),
    );
  }
}
