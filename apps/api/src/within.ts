/** The time limit has passed. */
export class TooLate extends Error {}

/**
 * Waits for a promise for a limited time.
 *
 * @throws {TooLate} when it is not settled in time.
 */
export async function withinMs<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TooLate()), Math.max(0, ms));
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
