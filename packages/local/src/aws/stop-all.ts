/**
 * Runs steps one after the other. If one fails (such as a file on a full disk), the following ones
 * still run.
 *
 * @throws the first error, after all steps have run.
 */
export async function stopAll(steps: readonly (() => unknown)[]): Promise<void> {
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
