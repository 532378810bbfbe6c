/** Returns the folder of the hour of a time, such as `2026/11/24/08`, UTC. */
export function hourOf(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 13).replace(/[-T]/g, "/");
}

/** Returns when the hour of a folder begins, epoch milliseconds. */
export function startOf(hour: string): number {
  return Date.parse(`${hour.slice(0, 10).replaceAll("/", "-")}T${hour.slice(11)}:00Z`);
}
