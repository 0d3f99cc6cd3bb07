import { FIRST_HASH } from '../../../src/store/log/chain';
import { insertInBulk } from '../data/bulk';
import type { Value } from '../data/rows';
import { askInTurn } from './ask-in-turn';
import { mapped, numberedUpTo, onPlaces, personOf } from './place';
import { accessQuery, activityPage, addAndRemove, leaveAndJoin } from './questions';
import type { MeasureGrowth } from './series';

/** Organizations beside the one that is asked about, each with an owner and two members. */
export const organizationsGrow: MeasureGrowth = async (dependencies, form) => {
  const sizes = form.isQuick ? [1, 100, 1_000] : [1, 1_000, 100_000];
  const lines = await onPlaces(
    dependencies,
    sizes,
    (url, size) => insertOthers(url, size - 1),
    (places) => askInTurn(places, [accessQuery, activityPage, addAndRemove, leaveAndJoin], form),
  );
  return {
    axis: 'organizations',
    sizes,
    lines,
    note: 'All are asked about one of them; the others have an owner and two members each.',
  };
};

const ROW: Readonly<Record<string, Value>> = {
  contract_type: 'SELF_SERVE',
  sequence: 0,
  version: 0,
  ledger_sequence: 0,
  head_hash: FIRST_HASH,
  last_occurred_at: 1,
  created_at: 1,
  status: 'NONE',
  included_credits: 0,
  top_up_credits: 0,
  has_customer: 0,
  has_payment_method: 0,
  auto_recharge_enabled: 0,
  auto_recharge_threshold: 0,
};

const MEMBER_COLUMNS = ['organization_id', 'user_id', 'role', 'standing', 'joined_at', 'name_key', 'email_key'];

async function insertOthers(url: string, count: number): Promise<void> {
  const ids = () => numberedUpTo('other', count);
  await insertInBulk(
    url,
    'organizations',
    ['id', 'name', ...Object.keys(ROW)],
    mapped(ids(), (id) => [id, `Name of ${id}`, ...Object.values(ROW)]),
  );
  await insertInBulk(
    url,
    'users',
    ['id', 'name', 'email'],
    mapped(peopleOf(ids()), ({ id }) => Object.values(personOf(id))),
  );
  await insertInBulk(
    url,
    'members',
    MEMBER_COLUMNS,
    mapped(peopleOf(ids()), ({ organizationId, id, isOwner }): Value[] => [
      organizationId,
      id,
      isOwner ? 'OWNER' : 'MEMBER',
      isOwner ? 'OWNER' : 'TEAMMATE',
      1,
      `name of ${id}`,
      `${id}@example.com`,
    ]),
  );
}

function* peopleOf(organizationIds: Iterable<string>) {
  for (const organizationId of organizationIds)
    for (let number = 0; number < 3; number++)
      yield { organizationId, id: `${organizationId}-${number}`, isOwner: number === 0 };
}
