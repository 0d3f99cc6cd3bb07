import { Webhook } from 'standardwebhooks';
import { launchChromium } from '../kits/page/chromium';
import { PASSWORD, type Person } from '../kits/example/person';
import { RunningExample } from '../kits/example/running-example';

let example: RunningExample;

beforeAll(async () => {
  example = await RunningExample.start();
});
afterAll(() => example.end());
// The application sends nothing that the service does not take.
afterEach(() => expect(example.application.linesWith('was refused')).toEqual([]));

/** An organization of three: its owner, a billing admin and a member. */
async function acme() {
  const [olivia, bea, mia] = [
    await example.signUp('Olivia'),
    await example.signUp('Bea'),
    await example.signUp('Mia'),
  ] as const;
  const id = await olivia.createOrganization('Acme');
  const beaMemberId = await olivia.takesIn(bea, id);
  await olivia.takesIn(mia, id);
  await example.settled();
  await olivia.addsBillingAdmin(bea.id, id);
  expect(await example.accessOf(id, olivia, bea, mia)).toEqual(['OWNER', 'BILLING_ADMIN', 'MEMBER']);
  return { id, olivia, bea, mia, beaMemberId };
}

const rosterAsSeenBy = async (person: Person, id: string) => {
  const query =
    'query ($id: ID!) { organization(id: $id) { name viewerRole billingAdmins { owners { name email } pendingInvitationCount } } }';
  return (await person.asks(query, { id })).data.organization;
};

describe('what happens in the application is so in the service', () => {
  test('A1 A4 R8 its creator is an owner, an invitation gives nothing, and accepting makes a member', async () => {
    const [olivia, bea] = [await example.signUp('Olivia'), await example.signUp('Bea')];
    const id = await olivia.createOrganization('Acme');
    await example.settled();
    expect(await example.accessOf(id, olivia, bea)).toEqual(['OWNER', null]);

    const { id: invitationId } = await olivia.does('organization/invite-member', {
      organizationId: id,
      email: bea.email,
      role: 'admin',
    });
    await example.settled();
    expect(await example.accessOf(id, olivia, bea)).toEqual(['OWNER', null]);
    expect(await rosterAsSeenBy(olivia, id)).toMatchObject({ billingAdmins: { pendingInvitationCount: 1 } });

    await bea.does('organization/accept-invitation', { invitationId });
    await example.settled();
    expect(await example.accessOf(id, olivia, bea)).toEqual(['OWNER', 'MEMBER']);
    expect(await rosterAsSeenBy(bea, id)).toMatchObject({ name: 'Acme', viewerRole: 'ADMIN' });
    expect(await rosterAsSeenBy(olivia, id)).toMatchObject({ billingAdmins: { pendingInvitationCount: 0 } });
  });

  test('R8 a canceled invitation and a declined one do not wait any more', async () => {
    const [olivia, bea] = [await example.signUp('Olivia'), await example.signUp('Bea')];
    const id = await olivia.createOrganization('Acme');
    const invite = async (email: string) =>
      (await olivia.does('organization/invite-member', { organizationId: id, email, role: 'member' })).id as string;
    const [toBea, toNobody] = [await invite(bea.email), await invite('nobody@acme.example')];
    await example.settled();
    expect(await rosterAsSeenBy(olivia, id)).toMatchObject({ billingAdmins: { pendingInvitationCount: 2 } });
    await bea.does('organization/reject-invitation', { invitationId: toBea });
    await olivia.does('organization/cancel-invitation', { invitationId: toNobody });
    await example.settled();
    expect(await rosterAsSeenBy(olivia, id)).toMatchObject({ billingAdmins: { pendingInvitationCount: 0 } });
    expect(await example.accessOf(id, bea)).toEqual([null]);
  });

  test('R7 ownership moves, and the grant of the new owner ends with it', async () => {
    const { id, olivia, bea, mia, beaMemberId } = await acme();
    await olivia.gives(beaMemberId, id, ['owner', 'admin']);
    await example.settled();
    expect(await example.accessOf(id, olivia, bea)).toEqual(['OWNER', 'OWNER']);
    await olivia.gives(await olivia.memberId(id), id, 'member');
    await example.settled();
    expect(await example.accessOf(id, olivia, bea, mia)).toEqual(['MEMBER', 'OWNER', 'MEMBER']);
    await bea.gives(await olivia.memberId(id), id, 'owner');
    await bea.gives(beaMemberId, id, 'member');
    await example.settled();
    expect(await example.accessOf(id, olivia, bea, mia)).toEqual(['OWNER', 'MEMBER', 'MEMBER']);
  });

  test('R6 a billing admin who leaves, and a member who is removed, keep nothing', async () => {
    const { id, olivia, bea, mia } = await acme();
    await bea.does('organization/leave', { organizationId: id });
    await olivia.does('organization/remove-member', { organizationId: id, memberIdOrEmail: mia.email });
    await example.settled();
    expect(await example.accessOf(id, olivia, bea, mia)).toEqual(['OWNER', null, null]);
    await olivia.takesIn(bea, id);
    await example.settled();
    expect(await example.accessOf(id, bea)).toEqual(['MEMBER']);
  });

  test('R14 a new name, e-mail and name of the organization are shown', async () => {
    const { id, olivia, mia } = await acme();
    const email = olivia.email.replace('olivia', 'liv');
    // Better Auth takes what the service does not: a control character, and more than 200 characters.
    await olivia.does('update-user', { name: `Liv\t${'x'.repeat(300)}`, image: 'data:image/png;base64,' });
    await olivia.does('change-email', { newEmail: email });
    await olivia.does('organization/update', { organizationId: id, data: { name: 'Acme & Co' } });
    await example.settled();
    expect(await rosterAsSeenBy(mia, id)).toMatchObject({
      name: 'Acme & Co',
      billingAdmins: { owners: [{ name: `Liv ${'x'.repeat(196)}`, email }] },
    });
  });

  test('R13 a deleted user is a member of nothing, and a deleted organization has no members', async () => {
    const { id, olivia, bea, mia } = await acme();
    const other = await bea.createOrganization('Other');
    await bea.takesIn(mia, other, 'owner');
    await bea.does('organization/invite-member', {
      organizationId: other,
      email: 'nobody@acme.example',
      role: 'member',
    });
    await example.settled();
    expect(await rosterAsSeenBy(mia, other)).toMatchObject({ billingAdmins: { pendingInvitationCount: 1 } });
    await bea.deletesAccount();
    await example.settled();
    expect(await rosterAsSeenBy(mia, other)).toMatchObject({ billingAdmins: { pendingInvitationCount: 0 } });
    expect(await example.accessOf(id, olivia, bea, mia)).toEqual(['OWNER', null, 'MEMBER']);
    expect(await example.accessOf(other, bea, mia)).toEqual([null, 'OWNER']);
    await olivia.does('organization/delete', { organizationId: id });
    await example.settled();
    expect(await example.accessOf(id, olivia, bea, mia)).toEqual([null, null, null]);
  });

  test('R6 A1 what happens while the service is down, and what was not sent when the application ended, comes later', async () => {
    const { id, olivia, bea, mia } = await acme();
    await example.service.end('SIGKILL');
    await bea.does('organization/leave', { organizationId: id });
    await olivia.gives(await mia.memberId(id), id, 'owner');
    await example.application.end('SIGKILL');
    await example.application.start();
    await example.service.start();
    await example.settled();
    expect(await example.accessOf(id, olivia, bea, mia)).toEqual(['OWNER', null, 'OWNER']);
  });
});

describe('access requests', () => {
  test('R11 H5 each owner gets one mail, with the name and where to decide', async () => {
    const { id, olivia, bea, mia, beaMemberId } = await acme();
    await olivia.gives(beaMemberId, id, 'owner');
    await example.settled();
    await mia.requestsAccess(id);
    const [mail] = await example.mailsTo(olivia, 1);
    expect([...mail!.to].sort()).toEqual([olivia.email, bea.email].sort());
    expect(mail!.message).toContain('Subject: Mia asks for billing access to Acme');
    expect(mail!.message).toContain(`${example.serviceUrl}/?organization=`);

    // A later one has come: no second mail of the first is on its way.
    const zoe = await example.signUp('Zoe');
    await olivia.takesIn(zoe, id);
    await example.settled();
    await zoe.requestsAccess(id);
    const mails = await example.mailsTo(olivia, 2);
    expect(mails.map(({ message }) => /Subject: (\w+)/.exec(message)?.[1])).toEqual(['Mia', 'Zoe']);
  });

  test('H5 an event that comes twice is handled once, and one that the service has not signed is not', async () => {
    const { id, olivia, mia } = await acme();
    const zoe = await example.signUp('Zoe');
    await olivia.takesIn(zoe, id);
    await example.settled();
    const post = async (eventId: string, userId: string, secret = example.webhookSecret) => {
      const body = JSON.stringify({ type: 'access_request.opened', organizationId: id, data: { userId } });
      const headers = {
        'webhook-id': eventId,
        'webhook-timestamp': String(Math.floor(Date.now() / 1_000)),
        'webhook-signature': new Webhook(secret).sign(eventId, new Date(), body),
      };
      return (await fetch(`${example.applicationUrl}/webhooks/billing-admins`, { method: 'POST', headers, body }))
        .status;
    };
    const first = `evt-${mia.id}`;
    expect(await post(first, mia.id, `whsec_${Buffer.alloc(32).toString('base64')}`)).toBe(400);
    expect([await post(first, mia.id), await post(first, mia.id)]).toEqual([200, 200]);
    expect(await post(`evt-${zoe.id}`, zoe.id)).toBe(200);
    const mails = await example.mailsTo(olivia, 2);
    expect(mails.map(({ message }) => /Subject: (\w+)/.exec(message)?.[1])).toEqual(['Mia', 'Zoe']);
  });
});

describe('tokens', () => {
  test('I2 the Billing page gets one that says who the user is and opens nothing else', async () => {
    const { id, olivia } = await acme();
    const { data } = await olivia.asks('{ viewer { id user { name } } }');
    expect(data.viewer).toEqual({ id: olivia.id, user: { name: 'Olivia' } });
    const claims = JSON.parse(Buffer.from((await olivia.token()).split('.')[1]!, 'base64url').toString());
    expect(Object.keys(claims).sort()).toEqual(['aud', 'exp', 'iat', 'iss', 'sub']);
    const { errors } = await olivia.asks(
      'mutation ($input: OrganizationInput!) { removeOrganization(input: $input) { changed } }',
      { input: { organizationId: id } },
    );
    expect(errors[0].extensions.code).toBe('FORBIDDEN');
  });

  test('only the Billing page may read it from another origin, and nobody who is signed out', async () => {
    const olivia = await example.signUp('Olivia');
    const from = async (origin: string) => (await olivia.fetch('/api/auth/token', { headers: { origin } })).headers;
    const page = await from(example.serviceUrl);
    expect(page.get('access-control-allow-origin')).toBe(example.serviceUrl);
    expect(page.get('access-control-allow-credentials')).toBe('true');
    expect((await from('https://evil.example')).get('access-control-allow-origin')).toBeNull();
    expect((await fetch(`${example.applicationUrl}/api/auth/token`)).status).toBe(401);
  });

  test('the Billing page opens for a user who has signed in to the application, without a token in its link', async () => {
    const { id, olivia } = await acme();
    const browser = await launchChromium();
    try {
      const page = await browser.newPage();
      await page.goto(example.applicationUrl);
      await page.fill('[name=email]', olivia.email);
      await page.fill('[name=password]', PASSWORD);
      await page.click('button');
      await page.click(`a[href="${example.serviceUrl}/?organization=${id}"]`);
      await page.getByText('Bea').first().waitFor();
      await page.getByRole('button', { name: /^Remove Bea/ }).waitFor();
    } finally {
      await browser.close();
    }
  });

  test("H2 a feature of the application is open to those who may manage the organization's billing", async () => {
    const { id, olivia, bea, mia } = await acme();
    const budget = async (person: Person) => (await person.fetch(`/budget?organization=${id}`)).status;
    expect([await budget(olivia), await budget(bea), await budget(mia)]).toEqual([200, 200, 403]);
    await bea.does('organization/leave', { organizationId: id });
    await example.settled();
    expect(await budget(bea)).toBe(403);
    expect((await fetch(`${example.applicationUrl}/budget?organization=${id}`)).status).toBe(401);
  });
});
