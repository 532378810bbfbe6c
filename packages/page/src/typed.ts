/** Returns the number that was typed, or a text that is none, for the stage to refuse. */
export function numberOrText(text: string): number | string {
  const number = Number(text);
  return text.trim() === "" || !Number.isFinite(number) ? text : number;
}

/** Returns what was typed with commas between. */
export function listOf(text: string): string[] {
  return text
    .split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "");
}
