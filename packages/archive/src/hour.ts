/** Returns the folder of the hour of a time, such as `2026/11/24/08`, UTC. */
export function hourOf(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 13).replace(/[-T]/g, "/");
}

/** Returns when the hour of a folder begins, epoch milliseconds. */
export function startOf(hour: string): number {
  return Date.parse(`${hour.slice(0, 10).replaceAll("/", "-")}T${hour.slice(11)}:00Z`);
}

/** Numbers of deliveries by hour, such as `2026/11/24/08`, and by the name of the topic. */
export type HourTopics = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** Adds to the number of an hour and a topic. */
export function addToHour(
  counts: Map<string, Map<string, number>>,
  hour: string,
  topic: string,
  count: number,
): void {
  const topics = counts.get(hour) ?? new Map<string, number>();
  topics.set(topic, (topics.get(topic) ?? 0) + count);
  counts.set(hour, topics);
}
