import { Unavailable } from '../../domain/refusals';

/** As `work` ends. Throws `Unavailable` if that takes longer than `limit` milliseconds: what TypeORM sends has no limit of its own. */
export async function inTime<T>(limit: number, work: Promise<T>): Promise<T> {
  let isLate: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new Unavailable(`The database did not answer within ${limit} milliseconds.`);
    isLate = setTimeout(() => reject(error), limit);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(isLate);
  }
}
