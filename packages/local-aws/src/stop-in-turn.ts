/**
 * Stops things one after the other. One that cannot be stopped, such as a file on a full disk, does not keep the others running.
 *
 * @throws what the first of them failed with, when all have been tried.
 */
export async function stopInTurn(steps: readonly (() => unknown)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const step of steps) {
    try {
      await step();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}
