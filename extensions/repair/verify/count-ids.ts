import { hourOf } from "@rainhooks/archive/hour";
import { readObjectLines } from "@rainhooks/archive/read/object-lines";
import { placesOf } from "@rainhooks/archive/read/text-lines";
import type { WorkJob } from "../work/job.ts";
import { LineBuffer, partitionOf } from "../work/partitions.ts";
import { MAX_PROBLEMS } from "./verify-work.ts";

/** How many deliveries of an hour and a topic there are. */
export type CountedIds = readonly (readonly [hour: string, topic: string, count: number])[];

const MAX_IN_MEMORY = 100_000;

/** Keeps the ids of deliveries by partition. */
export async function keepIds(
  job: WorkJob,
  keys: readonly string[],
  range: { readonly fromMs: number; readonly toMs: number },
) {
  const buffer = new LineBuffer(job.append, MAX_IN_MEMORY);
  const counts = {
    /** Those with a delivery of the range. */
    lines: 0,
    unreadable: 0,
    /** Places that cannot be read; the first few. */
    problems: [] as string[],
  };
  for (const key of keys)
    for await (const part of readObjectLines(job.archive, key)) {
      counts.unreadable += part.unreadable.length;
      counts.problems.push(...placesOf(part).slice(0, MAX_PROBLEMS - counts.problems.length));
      for (const { delivery } of part.deliveries) {
        const { id, sentAtMs, topic = "" } = delivery;
        if (sentAtMs < range.fromMs || sentAtMs >= range.toMs) continue;
        buffer.add(partitionOf(id), JSON.stringify([id, hourOf(sentAtMs), topic]));
        counts.lines += 1;
      }
      await buffer.flushIfFull();
    }
  await buffer.flush();
  return counts;
}

/** Counts the distinct ids of a partition. */
export async function countIds(job: WorkJob, partition: number): Promise<CountedIds> {
  const topics = new Map<string, string>();
  for await (const { lines } of job.read(partition))
    for (const line of lines) {
      const [id, hour, topic] = JSON.parse(line) as [string, string, string];
      if (!topics.has(id)) topics.set(id, JSON.stringify([hour, topic]));
    }
  return [...Map.groupBy(topics.values(), (hourAndTopic) => hourAndTopic)].map(([key, all]) => {
    const [hour, topic] = JSON.parse(key) as [string, string];
    return [hour, topic, all.length] as const;
  });
}
