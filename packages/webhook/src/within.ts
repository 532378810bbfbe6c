/**
 * Waits for something no longer than a time, and then goes on without it.
 *
 * @param otherwise What to go on with when it is not there by then.
 */
export async function within<T>(ms: number, work: Promise<T>, otherwise: () => T): Promise<T> {
  if (!Number.isFinite(ms)) return work;
  let timer: NodeJS.Timeout | undefined;
  const timeUp = new Promise<T>((resolve) => {
    timer = setTimeout(() => resolve(otherwise()), Math.max(0, ms));
  });
  return Promise.race([work, timeUp]).finally(() => clearTimeout(timer));
}
