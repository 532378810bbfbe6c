/** Returns a number of dead letters, for people. */
export function lettersText(count: number): string {
  return `${count} dead ${count === 1 ? "letter" : "letters"}`;
}
