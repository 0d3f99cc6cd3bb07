import { fillWithMembers } from '../../support/crowd';
import { engine } from '../../support/database-url';
import { organization } from '../../support/seed';
import { startServices } from '../../support/services';
import { eligibleTeammates } from '../../../src/store/teammates';
import { rostersOf } from '../../../src/store/rosters';
import { viewedOrganizations } from '../../../src/store/standings';
import { countPendingInvitations } from '../../../src/store/invitations';
import { countBillingAdmins, organizationsWithOtherKeys } from '../../../src/store/members';
import * as log from '../../../src/store/log/log-entries';
import type { Reader, Value } from '../../../src/store/database';

test('probe', async () => {
  const s = await startServices();
  let t = Date.now();
  for (const id of ['big', 'small', 'small2']) await organization(s, id).exists();
  await organization(s, 'small').hasOwner('olivia');
  await fillWithMembers(s, 'big', 100_000, (i) => ({ id: `u${i}`, name: `${String.fromCharCode(97 + (i % 26))} Name ${i}`, email: `e${(i * 7919) % 100_000}@example.com`, standing: i < 3 ? 'OWNER' : i < 500 ? 'BILLING_ADMIN' : 'TEAMMATE' }));
  const out: string[] = [`fill ${Date.now() - t}`];
  if (engine === 'mysql') await s.database.reader.rows('ANALYZE TABLE members, users, organizations, log_entries');
  const run = async (label: string, work: (r: Reader) => Promise<unknown>) => {
    await s.database.transaction(async (w) => {
      const asked: [string, readonly Value[]][] = [];
      const reads = async () => engine !== 'mysql' ? 0 : (await w.rows<{ Value: string }>("SHOW SESSION STATUS LIKE 'Handler_read%'")).reduce((a, b) => a + Number(b.Value), 0);
      const base = await reads(); const none = (await reads()) - base; const b0 = await reads();
      const t0 = performance.now();
      await work({ rows: (sql, values = []) => { asked.push([sql, values]); return w.rows(sql, values); } });
      const ms = performance.now() - t0;
      const n = (await reads()) - b0 - none;
      out.push(`## ${label} ${ms.toFixed(1)}ms reads ${n}`);
      for (const [sql, values] of asked) {
        const plan = await w.rows<Record<string, unknown>>(`${engine === 'mysql' ? 'EXPLAIN' : 'EXPLAIN QUERY PLAN'} ${sql}`, values);
        for (const p of plan) out.push('   ' + (engine === 'mysql' ? [p.id, p.select_type, p.table, p.type, p.key, p.rows, p.Extra].join(' | ') : String(p.detail)));
      }
    });
  };
  const pos = { nameKey: 'm name 50012', userId: 'u50012' };
  await run('first', (r) => eligibleTeammates(r, 'big', null, '', 21));
  await run('after', (r) => eligibleTeammates(r, 'big', pos, '', 21));
  await run('search name', (r) => eligibleTeammates(r, 'big', null, 'm name 50', 21));
  await run('search name 1', (r) => eligibleTeammates(r, 'big', null, 'm', 21));
  await run('search email', (r) => eligibleTeammates(r, 'big', null, 'e5001', 21));
  await run('search e', (r) => eligibleTeammates(r, 'big', null, 'e', 21));
  await run('search e after', (r) => eligibleTeammates(r, 'big', { nameKey: 'e name 50002', userId: 'x' }, 'e', 21));
  await run('search email after', (r) => eligibleTeammates(r, 'big', pos, 'e5001', 21));
  await run('search none', (r) => eligibleTeammates(r, 'big', null, 'zzz', 21));
  await run('rosters 1', (r) => rostersOf(r, ['big']));
  await run('rosters 3', (r) => rostersOf(r, ['big', 'small', 'small2']));
  await run('viewed', (r) => viewedOrganizations(r, ['big'], ['u5']));
  await run('viewed n', (r) => viewedOrganizations(r, ['big', 'small'], ['u5', 'u6']));
  await run('pending', (r) => countPendingInvitations(r, 'big'));
  await run('count', (r) => countBillingAdmins(r, 'big'));
  await run('otherkeys', (r) => organizationsWithOtherKeys(r, 'u5', { nameKey: 'a', emailKey: 'b' }));
  await run('log roster', (r) => log.rosterChangesAfter(r, 'small', 0, 100));
  await run('log other', (r) => log.otherEntriesAfter(r, 'small', 0, 100));
  await run('log count', (r) => log.countOtherEntriesAfter(r, 'small', 0, 100));
  await run('activity', (r) => log.activityBefore(r, 'small', null, 100));
  process.stderr.write(engine + '\n' + out.join('\n') + '\n');
  await s.close();
}, 120_000);
