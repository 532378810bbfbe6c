/** Number of digits of a time in a sort key: enough for every JavaScript date. */
const TIME_DIGITS = 16;

/** Returns a time as text of fixed length, so that texts sort like times. */
export function timeText(atMs: number): string {
  return String(Math.max(0, Math.floor(atMs))).padStart(TIME_DIGITS, "0");
}
