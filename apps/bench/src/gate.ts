/**
 * Nothing is timed before it is shown to be right.
 *
 * @throws {Error} when it is not.
 */
export function gate(holds: boolean, what: string): void {
  if (!holds) throw new Error(`The benchmark measures nothing: it is not true that ${what}.`);
}
