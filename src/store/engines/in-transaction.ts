import type { Writer } from '../database';

/**
 * Runs `work` between the engine's word for the beginning of a transaction and COMMIT, or ROLLBACK when it throws.
 * `committing` stands around COMMIT.
 */
export async function inTransaction<T>(
  writer: Writer,
  begin: string,
  work: (writer: Writer) => Promise<T>,
  committing: (commit: () => Promise<unknown>) => Promise<unknown> = (commit) => commit(),
): Promise<T> {
  await writer.run(begin);
  try {
    const result = await work(writer);
    await committing(() => writer.run('COMMIT'));
    return result;
  } catch (error) {
    // MySQL undoes no more than the statement that timed out, so the rest has to be taken back here. Where that can't be done,
    // the engine has done it (a full disk, a dead connection), and the first error is the one that counts.
    await writer.run('ROLLBACK').catch(() => undefined);
    throw error;
  }
}
