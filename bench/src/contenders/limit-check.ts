import { permits } from '../../../src/domain/access/permissions';
import { openRows } from '../data/rows';
import type { Terms } from './shared/access-of';
import { servePosts } from './shared/serve-posts';
import { viewerOf } from './shared/viewer-of';

// The limit of an access check: the token verified, one statement that reads what the service reads, and yes or no.

const SQL = `SELECT o.id, o.version, o.contract_type AS contractType, o.status, o.has_customer AS hasCustomer,
    o.has_payment_method AS hasPaymentMethod, m.user_id AS viewerId, m.role AS viewerRole, m.standing
  FROM members m LEFT JOIN organizations o ON o.id = m.organization_id
  WHERE o.removed_at IS NULL AND m.organization_id = ? AND m.user_id = ?`;

const rows = openRows(process.env.DATABASE_URL!);

interface Question {
  readonly subject: { readonly id: string };
  readonly resource: { readonly id: string };
}

async function answer(authorization: string | undefined, body: string): Promise<string> {
  await viewerOf(authorization);
  const { subject, resource } = JSON.parse(body) as Question;
  const [found] = await rows.read<Terms>(SQL, [resource.id, subject.id]);
  return JSON.stringify({ decision: permits(found?.standing ?? null, 'MANAGE_BILLING') });
}

servePosts(answer);
