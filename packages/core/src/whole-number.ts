/** Converts a text of digits to a whole number from `min` to `max`; `undefined` for any other text. */
export function wholeNumberOf(text: string, min: number, max: number): number | undefined {
  const value = Number(text);
  return /^\d{1,15}$/.test(text) && value >= min && value <= max ? value : undefined;
}
