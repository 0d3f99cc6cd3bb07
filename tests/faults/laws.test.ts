import { FIRST_HASH, hashOfEntry } from '../../src/store/log/chain';
import type { LogRow } from '../../src/store/log/log-entries';
import { brokenByFeed } from '../kits/faults/check-feed';
import { DeliveriesTaken, FeedPlace, FeedTold } from '../kits/faults/feed-told';
import { Findings } from '../kits/faults/findings';
import { HeardCalls, type Outcome } from '../kits/faults/heard-calls';
import {
  brokenByAccessTold,
  brokenByCalls,
  brokenByDecisions,
  brokenByEnds,
  brokenByLog,
  brokenByPolicies,
  brokenByRequests,
  brokenByStays,
  brokenByTables,
} from '../kits/faults/laws';
import { VersionsSeen } from '../kits/faults/versions-seen';
import { replay } from '../kits/organizations/log';

type Said = readonly [kind: string, subjectId: string, details?: object];

const QUIET = new Set([
  ...['ORGANIZATION_CREATED', 'ROLE_CHANGED', 'ACCESS_REQUESTED', 'ACCESS_REQUEST_APPROVED'],
  ...['ACCESS_REQUEST_WITHDRAWN', 'ACCESS_REQUEST_LAPSED', 'PURCHASE_REQUESTED', 'PURCHASE_LAPSED'],
  'SPENDING_POLICY_CHANGED',
]);

/** A log as organization transactions write it. */
function logOf(...said: Said[]): LogRow[] {
  const log: LogRow[] = [];
  let version = 0;
  for (const [kind, subjectId, details = {}] of said) {
    const content = {
      organizationId: 'acme',
      sequence: log.length + 1,
      version: QUIET.has(kind) ? null : (version += 1),
      kind,
      subjectId,
      actorId: null,
      details: JSON.stringify(details),
      occurredAt: 1_000 + log.length,
    };
    log.push({ ...content, inActivity: 1, hash: hashOfEntry(content, log.at(-1)?.hash ?? FIRST_HASH) });
  }
  return log;
}

/** The chain computed again over the changed entries. */
function chained(log: readonly LogRow[]): LogRow[] {
  let hash = FIRST_HASH;
  return log.map((entry) => ({ ...entry, hash: (hash = hashOfEntry(entry, hash)) }));
}

function heardOf(...calls: [mutation: string, subject: string, outcome: Outcome][]) {
  const heard = new HeardCalls();
  for (const call of calls) heard.take('acme', ...call);
  return heard.about('acme');
}

const JOINED_MEMBERSHIP: Said[] = [
  ['TEAMMATE_JOINED', 'bea', { role: 'MEMBER' }],
  ['ADMIN_ADDED', 'bea'],
  ['ADMIN_REMOVED', 'bea', { reason: 'REMOVED_BY_OWNER' }],
];

const headOf = (log: readonly LogRow[]) => log.at(-1)?.hash ?? FIRST_HASH;

describe('what the fault suite finds broken in a log', () => {
  const log = logOf(...JOINED_MEMBERSHIP);

  test('E2 E3 nothing, where it is sound', () => {
    expect(brokenByLog(log, headOf(log))).toEqual([]);
  });

  test('E2 an entry that is missing, and one that is there twice', () => {
    const missing = chained([log[0]!, log[2]!]);
    expect(brokenByLog(missing, headOf(missing))).toEqual([
      'sequences are not 1, 2, 3, …',
      'versions are not 1, 2, 3, …',
    ]);
    const doubled = chained([log[0]!, log[1]!, log[1]!, log[2]!]);
    expect(brokenByLog(doubled, headOf(doubled))).toHaveLength(2);
  });

  test('E2 a version that is left out', () => {
    const skipping = chained(
      log.map((entry) => ({ ...entry, version: entry.version! + (entry.sequence > 1 ? 1 : 0) })),
    );
    expect(brokenByLog(skipping, headOf(skipping))).toEqual(['versions are not 1, 2, 3, …']);
  });

  test('E3 an entry that was changed afterwards, and an end that was cut off', () => {
    const changed = log.map((entry) => (entry.sequence === 2 ? { ...entry, subjectId: 'eve' } : entry));
    expect(brokenByLog(changed, headOf(log))).toEqual(['the chain breaks at sequence 2']);
    expect(brokenByLog(log.slice(0, 2), headOf(log))).toEqual(['the head is not the hash of the last entry']);
  });

  test('E3 time that runs backwards', () => {
    const back = chained(log.map((entry) => ({ ...entry, occurredAt: entry.sequence === 3 ? 500 : entry.occurredAt })));
    expect(brokenByLog(back, headOf(back))).toEqual(['time runs backwards at sequence 3']);
  });

  test('E1 tables that are not what the log tells', () => {
    const tables = replay(log);
    expect(brokenByTables(log, tables)).toEqual([]);
    expect(brokenByTables(log, { ...tables, members: {} })).toHaveLength(1);
    const bea = { role: 'ADMIN', grantedBy: null, access: null, expiresAt: null };
    expect(brokenByTables(log.slice(0, 2), { ...tables, members: { bea } })).toHaveLength(1);
  });
});

describe('what it finds broken by what callers have heard', () => {
  const log = logOf(
    ['TEAMMATE_JOINED', 'bea', { role: 'OWNER' }],
    ['OWNER_ADDED', 'bea'],
    ['OWNER_REMOVED', 'bea', { role: 'MEMBER' }],
    ['ROLE_CHANGED', 'bea', { role: 'ADMIN' }],
    ['ADMIN_ADDED', 'bea'],
    ['ADMIN_REMOVED', 'bea', { reason: 'REMOVED_BY_OWNER' }],
    ['ADMIN_ADDED', 'bea'],
    ['ADMIN_REMOVED', 'bea', { reason: 'LEFT_ORGANIZATION' }],
    ['TEAMMATE_LEFT', 'bea'],
  );
  const acknowledged: [string, string, Outcome][] = [
    ...Array<[string, string, Outcome]>(3).fill(['syncMember', 'bea', 'CHANGED']),
    ...Array<[string, string, Outcome]>(2).fill(['addBillingAdmin', 'bea', 'CHANGED']),
    ['removeBillingAdmin', 'bea', 'CHANGED'],
    ['removeMember', 'bea', 'CHANGED'],
  ];
  const none = new Set<string>();

  test('E1 nothing, where each acknowledged call is in the log once, with what follows from it', () => {
    expect(brokenByCalls(log, heardOf(...acknowledged), none)).toEqual([]);
  });

  test('E1 an acknowledged call that is in no log, and an entry that nobody called for', () => {
    expect(brokenByCalls(log, heardOf(...acknowledged, ['removeMember', 'bea', 'CHANGED']), none)).toHaveLength(1);
    expect(brokenByCalls(log, heardOf(...acknowledged.slice(1)), none)).toHaveLength(1);
    expect(brokenByCalls(log, heardOf(...acknowledged.slice(0, -1)), none)).toHaveLength(1);
  });

  test('E1 a call of which nobody knows may be in the log, at most once', () => {
    const unknown: [string, string, Outcome] = ['removeMember', 'bea', 'UNKNOWN'];
    expect(brokenByCalls(log, heardOf(...acknowledged, unknown), none)).toEqual([]);
    expect(brokenByCalls(log, heardOf(...acknowledged.slice(0, -1), unknown), none)).toEqual([]);
    const left: Said[] = [
      ['TEAMMATE_LEFT', 'bea'],
      ['TEAMMATE_LEFT', 'bea'],
    ];
    expect(brokenByCalls(logOf(...left), heardOf(unknown), none)).toHaveLength(1);
    expect(brokenByCalls(log, heardOf(...acknowledged, ['removeMember', 'bea', 'NOT_SENT']), none)).toEqual([]);
  });

  test('R11 a request that was told of and is in no log, that nobody was told of, or that is there twice', () => {
    const asking = logOf(['ACCESS_REQUESTED', 'mia', { requestId: 'one' }]);
    expect(brokenByCalls(asking, [], new Set(['one']))).toEqual([]);
    expect(brokenByRequests([asking], new Set(['one']))).toEqual([]);
    expect(brokenByRequests([asking], new Set(['one', 'other']))).toHaveLength(1);
    expect(brokenByCalls(asking, [], none)).toHaveLength(1);
    expect(brokenByCalls([...asking, ...asking], [], new Set(['one']))).toHaveLength(1);
  });
});

describe('what it finds broken in the ends of grants', () => {
  // Entries are written at 1000, 1001, …
  const added: Said = ['ADMIN_ADDED', 'bea', { access: 'VIEW', expiresAt: 1_000 }];
  const ended: Said = ['ADMIN_REMOVED', 'bea', { reason: 'EXPIRED', access: 'VIEW', expiresAt: 1_000 }];

  test('T2 nothing, where each grant that ended has one entry that says so', () => {
    expect(
      brokenByEnds(logOf(added, ended, added, ['ADMIN_REMOVED', 'bea', { reason: 'REMOVED_BY_OWNER' }]), 9_000),
    ).toEqual([]);
    expect(brokenByEnds(logOf(added, ['ADMIN_UPDATED', 'bea', { access: 'VIEW' }]), 9_000)).toEqual([]);
    expect(brokenByEnds(logOf(added), 999)).toEqual([]);
  });

  test.each([
    ['an end that nobody has written', [added]],
    ['one that is written twice', [added, ended, ended]],
    ['the end of a grant without one', [['ADMIN_ADDED', 'bea'] as Said, ended]],
    ['another end than that of the grant', [added, ['ADMIN_UPDATED', 'bea', { expiresAt: 1_001 }] as Said, ended]],
    [
      'one that is written before it came',
      [
        ['ADMIN_ADDED', 'bea', { expiresAt: 5_000 }] as Said,
        ['ADMIN_REMOVED', 'bea', { reason: 'EXPIRED', expiresAt: 5_000 }] as Said,
      ],
    ],
  ])('T2 %s', (_, said) => {
    expect(brokenByEnds(logOf(...said), 9_000)).toHaveLength(1);
  });

  test('T2 an access that is shown after the end', () => {
    const log = logOf(added, ['TEAMMATE_JOINED', 'mia'], ended, ['TEAMMATE_JOINED', 'max'], added);
    expect(brokenByAccessTold(log, 'bea', [1, 2, 5])).toEqual([]);
    expect(brokenByAccessTold(log, 'bea', [3])).toHaveLength(1);
    expect(brokenByAccessTold(log, 'bea', [4])).toHaveLength(1);
    expect(brokenByAccessTold(log, 'mia', [2])).toHaveLength(1);
  });
});

describe('what it finds broken in requests and policies', () => {
  const withdrawn: Said = ['ACCESS_REQUEST_WITHDRAWN', 'mia', { requestId: 'one' }];
  const asked: Said = ['PURCHASE_REQUESTED', 'bob', { purchaseRequestId: 'two' }];
  const lapsed: Said = ['PURCHASE_LAPSED', 'bob', { purchaseRequestId: 'two' }];
  const deciding = (...decided: [id: string, kind: string][]) => {
    const heard = new HeardCalls();
    for (const [id, kind] of decided) heard.decisions.set(id, kind);
    heard.purchaseIds.add('two');
    return heard;
  };

  test('T3 T4 nothing, where each is decided once, and as was acknowledged', () => {
    const heard = deciding(['one', 'ACCESS_REQUEST_WITHDRAWN']);
    expect(brokenByDecisions([logOf(withdrawn, asked), logOf()], heard)).toEqual([]);
    expect(brokenByDecisions([logOf(withdrawn, asked, lapsed)], heard)).toEqual([]);
  });

  test.each([
    ['one that is decided twice', [asked, lapsed, lapsed]],
    [
      'one that was acknowledged as decided in another way',
      [asked, lapsed, ['ACCESS_REQUEST_LAPSED', 'mia', { requestId: 'one' }] as Said],
    ],
    ['a purchase request that is in no log', [withdrawn]],
    ['one that is there twice', [withdrawn, asked, asked]],
  ])('T3 T4 %s', (_, said) => {
    const isOne = said.some(([, , details]) => (details as { requestId?: string } | undefined)?.requestId);
    const heard = isOne ? deciding(['one', 'ACCESS_REQUEST_WITHDRAWN']) : deciding();
    expect(brokenByDecisions([logOf(...said)], heard)).toHaveLength(1);
  });

  test('T4 a policy that was acknowledged and is in no log, that is there twice, or that was refused', () => {
    const policy = (perPurchaseAmount: number): Said => ['SPENDING_POLICY_CHANGED', 'olivia', { perPurchaseAmount }];
    const logs = [logOf(policy(1), policy(2), policy(2), policy(3))];
    expect(
      brokenByPolicies(
        [logOf(policy(1))],
        new Map([
          [1, 'ACKNOWLEDGED'],
          [2, 'UNKNOWN'],
          [3, 'REFUSED'],
        ]),
      ),
    ).toEqual([]);
    expect(
      brokenByPolicies(
        logs,
        new Map([
          [1, 'ACKNOWLEDGED'],
          [2, 'UNKNOWN'],
          [3, 'REFUSED'],
          [4, 'ACKNOWLEDGED'],
        ]),
      ),
    ).toHaveLength(3);
  });
});

describe('what it finds broken by what subscribers are told', () => {
  const BOUND = 100;
  const take = (...versions: [version: number, isChange: boolean][]) => {
    const seen = new VersionsSeen();
    return versions.map(([version, isChange]) => seen.take(version, isChange, BOUND)).filter((wrong) => wrong !== null);
  };

  test('L1 L2 nothing, where each version comes once and in order', () => {
    expect(take([7, false], [8, true], [9, true])).toEqual([]);
  });

  test.each([
    ['a version that is left out', 10],
    ['one that comes again', 8],
    ['one that comes late', 7],
  ])('L2 %s', (_, version) => {
    expect(take([7, false], [8, true], [version, true])).toHaveLength(1);
  });

  test('L2 a gap may be told where more came than a subscriber may leave untaken, and nowhere else', () => {
    expect(take([7, false], [7 + BOUND + 1, false], [7 + BOUND + 2, true])).toEqual([]);
    expect(take([7, false], [7 + BOUND, false])).toHaveLength(1);
    expect(take([7, false], [8, false])).toHaveLength(1);
    expect(take([7, false], [7 + BOUND + 1, true])).toHaveLength(1);
  });

  test('A8 a guest who is told of anything from the change on by which they left', () => {
    const log = logOf(
      ['TEAMMATE_JOINED', 'gus', { role: 'MEMBER' }],
      ['TEAMMATE_LEFT', 'gus'],
      ['TEAMMATE_JOINED', 'gus', { role: 'MEMBER' }],
      ['ADMIN_ADDED', 'gus'],
      ['ADMIN_REMOVED', 'gus', { reason: 'LEFT_ORGANIZATION' }],
      ['TEAMMATE_LEFT', 'gus'],
    );
    expect(brokenByStays(log, 'gus', [1, 4])).toEqual([]);
    expect(brokenByStays(log, 'gus', [2, 4])).toHaveLength(1);
    expect(brokenByStays(log, 'gus', [1, 5])).toHaveLength(1);
    expect(brokenByStays(log, 'gus', [1])).toHaveLength(1);
  });
});

test('a broken rule is reported at once, and counts are in a table', () => {
  const told: string[] = [];
  const findings = new Findings((law) => told.push(law));
  findings.breaks('one law');
  findings.count('faults', 'Redis is killed', 2);
  expect(told).toEqual(findings.broken);
  expect(findings.table()).toContain('| faults | Redis is killed | 2 |');
});

describe('what it finds broken in the feed and in what is told of it', () => {
  const rowOf = (position: number, organizationId: string, sequence: number) => ({
    position,
    organizationId,
    sequence,
  });
  const logs = new Map([
    ['acme', logOf(...JOINED_MEMBERSHIP)],
    ['bolt', logOf(...JOINED_MEMBERSHIP.slice(0, 1))],
  ]);
  const sound = [rowOf(1, 'acme', 1), rowOf(2, 'bolt', 1), rowOf(3, 'acme', 2), rowOf(4, 'acme', 3)];
  const eventAt = (position: number, organizationId = 'acme', data: unknown = {}) => ({
    ...{ id: `feed_${position}`, position, feedId: 'feed', type: 'member.joined', organizationId, rosterVersion: 1 },
    ...{ occurredAt: '2026-01-01T00:00:00.000Z', data },
  });

  test('H4 nothing, where each entry has its position', () => {
    expect(brokenByFeed(sound, logs)).toEqual([]);
  });

  test.each([
    ['an entry without a position', sound.slice(0, 3)],
    ['an entry with two', [...sound, rowOf(5, 'acme', 3)]],
    ["an order that is not the organization's", [sound[0]!, sound[1]!, rowOf(3, 'acme', 3), rowOf(4, 'acme', 2)]],
    ['a gap', sound.map((row) => ({ ...row, position: row.position + (row.position > 2 ? 1 : 0) }))],
    ['an entry of a change that was rolled back', [...sound, rowOf(5, 'bolt', 2)]],
  ])('H4 %s', (_, rows) => {
    expect(brokenByFeed(rows, logs)).toHaveLength(1);
  });

  test('H4 a position that is told twice, left out, or with another content', () => {
    const broken: string[] = [];
    const told = new FeedTold();
    const place = new FeedPlace('Somebody', told, (law) => broken.push(law));
    place.take(eventAt(1));
    place.take(eventAt(2));
    expect(broken).toEqual([]);
    place.take(eventAt(2));
    place.take(eventAt(4));
    expect(broken).toEqual(['Somebody was told of position 2 after 2.', 'Somebody was told of position 4 after 2.']);
    new FeedPlace('Another', told, (law) => broken.push(law)).take(eventAt(1, 'acme', { userId: 'bea' }));
    expect(broken).toHaveLength(3);
  });

  test('H5 a delivery out of its order, and none that is repeated', () => {
    const broken: string[] = [];
    const deliveries = new DeliveriesTaken(new FeedTold(), (law) => broken.push(law));
    for (const event of [eventAt(1), eventAt(3), eventAt(2, 'bolt'), eventAt(1), eventAt(3)]) deliveries.accept(event);
    expect(broken).toEqual([]);
    expect(deliveries.accepted.get('acme')).toEqual([1, 3]);
    deliveries.accept(eventAt(2));
    expect(broken).toEqual(['The receiver got position 2 of acme after 3.']);
  });
});
