import { db } from './database.ts';
import { callFor, memberInput, members } from './directory-calls.ts';

// Prints what the service's `npm run directory:diff` compares with its own: a JSON object a line.

const print = (line: object) => console.log(JSON.stringify(line));

for (const { id: organizationId } of await db.selectFrom('organization').select('id').execute()) {
  const organization = await callFor({ id: 0, kind: 'organization', organizationId, subjectId: organizationId });
  print({ organization: organization?.input });

  for (const member of await members(organizationId).execute())
    print({ member: { organizationId, ...memberInput(member, null) } });

  const invitations = db.selectFrom('invitation').select('id').where('organizationId', '=', organizationId);
  for (const { id } of await invitations.execute()) {
    const call = await callFor({ id: 0, kind: 'invitation', organizationId, subjectId: id });
    if (call?.mutation === 'syncInvitation') print({ invitation: call.input });
  }
}
