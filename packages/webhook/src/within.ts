/**
 * Waits for a promise for a limited time.
 *
 * @param otherwise Returns the result if the promise is not settled in time.
 */
export async function within<T>(ms: number, work: Promise<T>, otherwise: () => T): Promise<T> {
  if (!Number.isFinite(ms)) return work;
  let timer: NodeJS.Timeout | undefined;
  const timeUp = new Promise<T>((resolve) => {
    timer = setTimeout(() => resolve(otherwise()), Math.max(0, ms));
  });
  return Promise.race([work, timeUp]).finally(() => clearTimeout(timer));
}
