import { createTransport } from 'nodemailer';
import { Webhook } from 'standardwebhooks';
import { db } from './database.ts';
import { members, roleOf } from './directory-calls.ts';
import { settings } from './settings.ts';

/** What this application reads of an event. Types and fields that it does not know are ignored. */
interface HostEvent {
  readonly type: string;
  readonly organizationId: string | null;
  readonly data: { readonly userId?: string };
}

const webhook = new Webhook(settings.webhookSecret);
const mails = createTransport(settings.smtpUrl);

/**
 * Stores an event, once however often it comes. The work is done afterwards, so that the service is answered at once.
 * @param body as it came: written again it would have other bytes
 * @throws WebhookVerificationError
 */
export async function receive(body: string, headers: Record<string, string>): Promise<void> {
  webhook.verify(body, headers);
  await db
    .insertInto('inbox')
    .values({ id: headers['webhook-id']!, body })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** False if there is none. If it throws, the event stays and is handled again. */
export async function handleNextEvent(): Promise<boolean> {
  const row = await db.selectFrom('inbox').selectAll().where('handled', '=', 0).limit(1).executeTakeFirst();
  if (!row) return false;
  const event = JSON.parse(row.body) as HostEvent;
  if (event.type === 'access_request.opened') await mailOwners(row.id, event);
  await db.updateTable('inbox').set({ handled: 1 }).where('id', '=', row.id).execute();
  return true;
}

/** An event has ids alone: names and addresses are this application's own, and as of now. */
async function mailOwners(eventId: string, { organizationId, data }: HostEvent): Promise<void> {
  const all = await members(organizationId!).execute();
  const requester = all.find(({ userId }) => userId === data.userId);
  const owners = all.filter(({ role }) => roleOf(role) === 'OWNER');
  if (!requester || owners.length === 0) return;
  const { name } = await db
    .selectFrom('organization')
    .select('name')
    .where('id', '=', organizationId!)
    .executeTakeFirstOrThrow();
  await mails.sendMail({
    // The same for a mail that is sent twice, so that mailboxes can tell.
    messageId: `<${eventId}@${new URL(settings.url).hostname}>`,
    from: settings.mailFrom,
    to: owners.map(({ email }) => email),
    subject: `${requester.name} asks for billing access to ${name}`,
    text: `${requester.name} (${requester.email}) asks for billing access to ${name}. Approve or decline it here:\n${settings.billingUrl}/?organization=${organizationId}\n`,
  });
}
