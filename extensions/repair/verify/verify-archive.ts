import { hourOf } from "@rainhooks/archive/hour";
import type { HoursToRead } from "@rainhooks/archive/hours/hours-to-read";
import type { Archive } from "@rainhooks/archive/objects";
import { readHours } from "@rainhooks/archive/read/read-hours";
import { readRepair } from "@rainhooks/core/deliveries/repair-attribute";
import type { OperationOptions } from "@rainhooks/stage/operate/progress";
import { PARTITIONS, Partitions, partitionOf } from "../work/partitions.ts";
import { placesOf } from "./judged-deliveries.ts";

/** Numbers of deliveries by hour, such as `2026/11/24/08`, and by the name of the topic. */
export type HourCounts = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** An hour and topic of which the archive and SNS disagree. */
export interface HourDifference {
  readonly hour: string;
  readonly topic: string;
  /** Messages that SNS says it took. */
  readonly published: number;
  /** Distinct deliveries in the archive. */
  readonly archived: number;
  /** Deliveries that were erased at most, with a node whose data was. */
  readonly erased: number;
}

/** What an archive has, beside what was published. */
export interface ArchiveReport {
  readonly fromMs: number;
  readonly toMs: number;
  readonly objects: number;
  /** Lines with a delivery of the range. */
  readonly lines: number;
  /** Distinct deliveries: SNS message ids. */
  readonly deliveries: number;
  readonly duplicates: number;
  /**
   * Deliveries without a topic, which came with raw message delivery; SNS's counts cannot be compared with
   * them.
   */
  readonly withoutTopic: number;
  readonly unreadable: number;
  readonly published: number;
  /** Deliveries that the archive no longer has, because the data of a node was erased. */
  readonly erased: number;
  /** Hours and topics that were compared. */
  readonly compared: number;
  readonly differences: readonly HourDifference[];
  readonly problems: readonly string[];
}

/** What a verification of an archive needs. */
export interface VerifyArchiveDependencies {
  readonly archive: Archive;
  readonly hours: HoursToRead;
  /** What SNS says it took of the topics that are archived, in the range. */
  readonly published: HourCounts;
  /** Share of an hour's messages by which the counts may differ; at least one message if it is not 0. */
  readonly tolerance: number;
  /** How many deliveries were erased at most. @defaultValue none */
  readonly erased?: HourCounts | undefined;
  readonly onProgress?: OperationOptions["onProgress"];
}

const MAX_PROBLEMS = 20;
const MAX_IN_MEMORY = 100_000;

/**
 * Compares the archive's deliveries, each counted once, with what SNS says it took: by the hour of
 * publishing, and the topic.
 */
export async function verifyArchive(
  range: { readonly fromMs: number; readonly toMs: number },
  {
    archive,
    hours,
    published,
    tolerance,
    erased = new Map(),
    onProgress = () => undefined,
  }: VerifyArchiveDependencies,
): Promise<ArchiveReport> {
  const partitions = await Partitions.open();
  try {
    const read = { objects: 0, lines: 0, unreadable: 0 };
    const problems: string[] = [];
    const ids = new IdSpool(partitions);
    const onObject = () => {
      read.objects += 1;
    };
    const lines = readHours(archive, hours, { onObject });
    for await (const { key, deliveries, unreadable } of lines) {
      read.unreadable += unreadable.length;
      problems.push(...placesOf(key, unreadable).slice(0, MAX_PROBLEMS - problems.length));
      for (const { delivery } of deliveries) {
        const { id, sentAtMs, topic = "", attributes } = delivery;
        if (sentAtMs < range.fromMs || sentAtMs >= range.toMs) continue;
        // SNS did not take it.
        if (readRepair(attributes) !== undefined) continue;
        read.lines += 1;
        await ids.add(id, hourOf(sentAtMs), topic);
      }
      onProgress({ step: "read-archive", objects: read.objects, deliveries: read.lines });
    }
    const archived = await ids.count();
    const deliveries = sumOf(archived);
    return {
      ...range,
      ...read,
      deliveries,
      duplicates: read.lines - deliveries,
      withoutTopic: sumOf(
        new Map([...archived].map(([hour, topics]) => [hour, new Map([["", topics.get("") ?? 0]])])),
      ),
      published: sumOf(published),
      ...compareHours({ published, archived, erased }, tolerance),
      problems,
    };
  } finally {
    await partitions.close();
  }
}

/** Ids on disk by partition, so that memory does not grow with their number. */
class IdSpool {
  readonly #partitions: Partitions;
  #lines = new Map<number, string[]>();
  #held = 0;

  constructor(partitions: Partitions) {
    this.#partitions = partitions;
  }

  async add(id: string, hour: string, topic: string): Promise<void> {
    const partition = partitionOf(id);
    const line = JSON.stringify([id, hour, topic]);
    const some = this.#lines.get(partition);
    if (some === undefined) this.#lines.set(partition, [line]);
    else some.push(line);
    this.#held += 1;
    if (this.#held >= MAX_IN_MEMORY) await this.#flush();
  }

  /** Counts the distinct ids of each hour and topic. */
  async count(): Promise<Map<string, Map<string, number>>> {
    await this.#flush();
    const counts = new Map<string, Map<string, number>>();
    for (let partition = 0; partition < PARTITIONS; partition += 1) {
      const seen = new Set<string>();
      for await (const lines of this.#partitions.read(partition)) {
        for (const line of lines) {
          const [id, hour, topic] = JSON.parse(line) as [string, string, string];
          if (seen.has(id)) continue;
          seen.add(id);
          const topics = counts.get(hour) ?? new Map<string, number>();
          topics.set(topic, (topics.get(topic) ?? 0) + 1);
          counts.set(hour, topics);
        }
      }
    }
    return counts;
  }

  async #flush(): Promise<void> {
    await this.#partitions.append(this.#lines);
    this.#lines = new Map();
    this.#held = 0;
  }
}

function sumOf(counts: HourCounts): number {
  return [...counts.values()].flatMap((topics) => [...topics.values()]).reduce((sum, one) => sum + one, 0);
}

function compareHours(
  { published, archived, erased }: Readonly<Record<"published" | "archived" | "erased", HourCounts>>,
  tolerance: number,
) {
  const hours = [...new Set([...published.keys(), ...archived.keys()])].sort();
  const all = hours.flatMap((hour): HourDifference[] => {
    const [taken, found] = [published.get(hour), archived.get(hour)];
    const topics = new Set([...(taken?.keys() ?? []), ...(found?.keys() ?? [])]);
    topics.delete("");
    return [...topics].sort().map((topic) => ({
      ...{ hour, topic, published: taken?.get(topic) ?? 0, archived: found?.get(topic) ?? 0 },
      erased: erased.get(hour)?.get(topic) ?? 0,
    }));
  });
  // A delivery can be archived twice, and then is erased twice: so many are missing at most.
  const missing = (one: HourDifference) => one.published - one.archived;
  const differences = all.filter((one) => {
    const allowed = tolerance === 0 ? 0 : Math.max(1, one.published * tolerance);
    return missing(one) < -allowed || missing(one) > one.erased + allowed;
  });
  const explained = all.map((one) => Math.min(one.erased, Math.max(0, missing(one))));
  return { compared: all.length, differences, erased: explained.reduce((sum, one) => sum + one, 0) };
}
