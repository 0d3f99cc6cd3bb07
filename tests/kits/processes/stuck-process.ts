import { openDatabase } from '../../../src/store/open-database';

/** Run by `OwnProcess`: changes an organization in a transaction, says `inside`, and never comes to an end. */
async function main(url: string, organizationId: string): Promise<void> {
  const database = await openDatabase({ url });
  await database.transaction(async (writer) => {
    await writer.lock('SELECT id FROM organizations WHERE id = ?', [organizationId]);
    await writer.run('UPDATE organizations SET version = version + 1 WHERE id = ?', [organizationId]);
    await writer.run('DELETE FROM members WHERE organization_id = ?', [organizationId]);
    console.log('inside');
    // Keeps the process: a promise alone does not.
    await new Promise(() => setInterval(() => undefined, 60_000));
  });
}

const [url = '', organizationId = ''] = process.argv.slice(2);
void main(url, organizationId);
