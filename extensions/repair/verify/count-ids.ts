import { hourOf } from "@rainhooks/archive/hour";
import type { Archive } from "@rainhooks/archive/objects";
import type { ObjectLines } from "@rainhooks/archive/read/lines";
import { readObjectLines } from "@rainhooks/archive/read/object-lines";
import { LineBuffer } from "../work/line-buffer.ts";
import type { AppendLines, ReadLines } from "../work/partition-objects.ts";
import { partitionOf } from "../work/partitions.ts";
import { placesOf } from "./judged-deliveries.ts";

/** What was kept of objects of the archive. */
export interface IdCounts {
  /** Lines with a delivery of the range. */
  readonly lines: number;
  readonly unreadable: number;
  /** Places that cannot be read; the first few. */
  readonly problems: readonly string[];
}

/** How many deliveries of an hour and a topic there are. */
export type CountedIds = readonly (readonly [hour: string, topic: string, count: number])[];

/** The parts of counting the deliveries of an archive, each once. */
export interface CountMethods {
  /** Keeps the ids of deliveries by partition. */
  keepIds(
    keys: readonly string[],
    range: { readonly fromMs: number; readonly toMs: number },
  ): Promise<IdCounts>;
  /** Counts the distinct ids of a partition. */
  countIds(partition: number): Promise<CountedIds>;
}

export const MAX_PROBLEMS = 20;
const MAX_IN_MEMORY = 100_000;

/** Counts deliveries in this process. */
export function countMethods(archive: Archive, append: AppendLines, read: ReadLines): CountMethods {
  return {
    keepIds: async (keys, range) => {
      const kept = new KeptLines(append);
      for (const key of keys)
        for await (const part of readObjectLines(archive, key)) await kept.add(part, range);
      await kept.flush();
      return kept.counts;
    },
    countIds: async (partition) => {
      const seen = new Set<string>();
      const counts = new Map<string, number>();
      for await (const { lines } of read(partition))
        for (const line of lines) {
          const [id, ...hourAndTopic] = JSON.parse(line) as [string, string, string];
          if (seen.has(id)) continue;
          seen.add(id);
          const key = JSON.stringify(hourAndTopic);
          counts.set(key, (counts.get(key) ?? 0) + 1);
        }
      return [...counts].map(([key, count]) => {
        const [hour, topic] = JSON.parse(key) as [string, string];
        return [hour, topic, count] as const;
      });
    },
  };
}

/** Keeps the ids of deliveries by their partition, a part of them in memory. */
class KeptLines {
  readonly #buffer: LineBuffer;
  readonly counts = { lines: 0, unreadable: 0, problems: [] as string[] };

  constructor(append: AppendLines) {
    this.#buffer = new LineBuffer(append);
  }

  async add(
    { key, deliveries, unreadable }: ObjectLines,
    range: { readonly fromMs: number; readonly toMs: number },
  ): Promise<void> {
    const { counts } = this;
    counts.unreadable += unreadable.length;
    counts.problems.push(...placesOf(key, unreadable).slice(0, MAX_PROBLEMS - counts.problems.length));
    let isFull = false;
    for (const { delivery } of deliveries) {
      const { id, sentAtMs, topic = "" } = delivery;
      if (sentAtMs < range.fromMs || sentAtMs >= range.toMs) continue;
      const held = this.#buffer.add(partitionOf(id), JSON.stringify([id, hourOf(sentAtMs), topic]));
      isFull ||= held >= MAX_IN_MEMORY;
      counts.lines += 1;
    }
    if (isFull) await this.flush();
  }

  flush(): Promise<void> {
    return this.#buffer.flush();
  }
}
