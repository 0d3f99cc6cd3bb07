import type { Feed, Hint } from '../../src/live/feed';
import { Arrivals } from './arrivals';

/** What a feed tells of one organization, in words: `own 3`, or `told 3` where another instance says so. */
export class Heard extends Arrivals<string> {
  readonly stop: () => void;

  constructor(feed: Feed, organizationId: string) {
    super();
    this.stop = feed.subscribe(organizationId, ({ head, isOwn }: Hint) =>
      this.take(`${isOwn ? 'own' : 'told'} ${head.sequence}`),
    );
  }
}
