import { addToHour, type HourTopics } from "@rainhooks/archive/hour";
import type { HoursToRead } from "@rainhooks/archive/hours/hours-to-read";
import type { Archive } from "@rainhooks/archive/objects";
import type { OperationOptions } from "@rainhooks/stage/operate/progress";
import type { Work } from "../work/work.ts";
import { MAX_PROBLEMS } from "./verify-work.ts";

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
export type ArchiveReport = Awaited<ReturnType<typeof verifyArchive>>;

/** What a verification of an archive needs. */
export interface VerifyArchiveDependencies {
  readonly work: Work;
  readonly archive: Archive;
  readonly hours: HoursToRead;
  /** What SNS says it took of the topics that are archived, in the range. */
  readonly published: HourTopics;
  /**
   * Share of an hour's messages by which the counts may differ; at least one message if it is not
   * 0.
   */
  readonly tolerance: number;
  /** How many deliveries were erased at most. @defaultValue none */
  readonly erased?: HourTopics | undefined;
  readonly onProgress?: OperationOptions["onProgress"];
}

/**
 * Compares the archive's deliveries, each counted once, with what SNS says it took: by the hour of
 * publishing, and the topic.
 */
export async function verifyArchive(
  range: { readonly fromMs: number; readonly toMs: number },
  {
    work,
    archive,
    hours,
    published,
    tolerance,
    erased = new Map(),
    onProgress,
  }: VerifyArchiveDependencies,
) {
  const read = { objects: 0, lines: 0, unreadable: 0 };
  const problems: string[] = [];
  await work.eachBatch(archive, hours, async (keys) => {
    onProgress?.({ step: "read-archive", objects: read.objects, deliveries: read.lines });
    const kept = await work.call("keepIds", keys, range);
    read.objects += keys.length;
    read.lines += kept.lines;
    read.unreadable += kept.unreadable;
    problems.push(...kept.problems);
  });
  const archived = await countIds(work);
  const deliveries = sumOf(archived);
  return {
    ...range,
    /** `lines` have a delivery of the range. */
    ...read,
    /** Distinct ones: SNS message ids. */
    deliveries,
    duplicates: read.lines - deliveries,
    /** Those that came with raw message delivery; SNS's counts cannot be compared with them. */
    withoutTopic: [...archived.values()].reduce((sum, topics) => sum + (topics.get("") ?? 0), 0),
    published: sumOf(published),
    ...compareHours({ published, archived, erased }, tolerance),
    problems: problems.slice(0, MAX_PROBLEMS),
  };
}

/** Counts the distinct ids of each hour and topic. */
async function countIds(work: Work): Promise<HourTopics> {
  const counts = new Map<string, Map<string, number>>();
  await work.each(work.partitions, async (partition) => {
    for (const [hour, topic, count] of await work.call("countIds", partition))
      addToHour(counts, hour, topic, count);
  });
  return counts;
}

function sumOf(counts: HourTopics): number {
  return [...counts.values()]
    .flatMap((topics) => [...topics.values()])
    .reduce((sum, one) => sum + one, 0);
}

function compareHours(
  {
    published,
    archived,
    erased,
  }: Readonly<Record<"published" | "archived" | "erased", HourTopics>>,
  tolerance: number,
) {
  const hours = [...new Set([...published.keys(), ...archived.keys()])].sort();
  const all = hours.flatMap((hour): HourDifference[] => {
    const taken = published.get(hour);
    const found = archived.get(hour);
    const topics = new Set([...(taken?.keys() ?? []), ...(found?.keys() ?? [])]);
    topics.delete("");
    return [...topics].sort().map((topic) => ({
      hour,
      topic,
      published: taken?.get(topic) ?? 0,
      archived: found?.get(topic) ?? 0,
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
  return {
    /** Hours and topics. */
    compared: all.length,
    differences,
    /** Deliveries that the archive no longer has, because the data of a node was erased. */
    erased: explained.reduce((sum, one) => sum + one, 0),
  };
}
