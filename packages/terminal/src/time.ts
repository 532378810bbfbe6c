/** A time as people read it: UTC, to the second. */
export function formatTime(atMs: number): string {
  return new Date(atMs).toISOString().replace("T", " ").slice(0, 19);
}
