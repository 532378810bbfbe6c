import { readObjectLines } from "@rainhooks/archive";
import type { FactModel } from "@rainhooks/sinks";
import type { BucketFiles } from "./bucket-files.ts";
import { digestOf, nodeTexts } from "./checksum.ts";
import { type CompareContext, compareNode, equalNode, type FactDifference } from "./compare-node.ts";
import { explainObject, type FoundDelivery } from "./explain.ts";
import { type FactSource, FactSpool, readFacts } from "./fact-spool.ts";
import {
  type FilterParts,
  type JudgedDelivery,
  type JudgedWebhook,
  type JudgeParts,
  judgedLines,
  placesOf,
} from "./judged-deliveries.ts";
import { bucketOf } from "./partitions.ts";
import { readSegment, type StoreTables, type TableSegment, type TablesRead } from "./read-tables.ts";
import type { DeliveryCounts } from "./report.ts";
import { type BucketComparison, Totals } from "./totals.ts";

/** Which nodes are verified. */
export interface WantedNodes {
  /** Only these nodes. @defaultValue all */
  readonly nodes?: readonly string[] | undefined;
  /** Only nodes of these buckets. @defaultValue all */
  readonly buckets?: readonly number[] | undefined;
}

/** Which deliveries are read, by their times of publishing, epoch milliseconds. */
export interface ReadRange {
  readonly fromMs: number;
  /** Until then the webhook has handled everything. */
  readonly toMs: number;
  /** Until then it may have handled something. */
  readonly readAtMs: number;
}

/** What was read of an object of the archive. */
export interface ArchivedPart {
  readonly counts: Omit<DeliveryCounts, "objects">;
  /** Places that cannot be read; the first few. */
  readonly problems: readonly string[];
  /** When its first delivery was published. */
  readonly firstMs: number | undefined;
}

/** On what a comparison depends, without what is the same for a whole verification. */
export type CompareTimes = Omit<CompareContext, "model">;

/**
 * The parts of a verification that can be done at once in several places: threads or machines. What they read is kept by bucket, and a
 * bucket is compared when all of them have read everything.
 */
export interface VerifyWork {
  readTable(segment: TableSegment): Promise<TablesRead>;
  readObject(key: string, range: ReadRange): Promise<ArchivedPart>;
  /** Called when there is nothing more to read. Returns where the files of this place are. */
  endReading(): Promise<string>;
  /** @param places Where the files of all places are. */
  compareBucket(bucket: number, places: readonly string[], times: CompareTimes): Promise<BucketComparison>;
  /** Finds the deliveries of an object that say what differs. */
  explainObject(
    key: string,
    differences: readonly FactDifference[],
    range: Pick<ReadRange, "fromMs" | "toMs">,
  ): Promise<readonly FoundDelivery[]>;
}

/** What the work needs. */
export interface WorkParts extends FilterParts, Pick<JudgeParts, "archive"> {
  readonly model: FactModel;
  readonly webhook: JudgedWebhook;
  readonly tables: StoreTables;
}

/** Files of one place, and how those of others are read. */
export interface WorkFiles {
  readonly own: Pick<BucketFiles, "append">;
  readonly place: string;
  readonly read: (places: readonly string[], bucket: number) => AsyncIterable<readonly string[]>;
}

export const MAX_PROBLEMS = 20;

/** Does the work of a verification in this process. */
export function verifyWork(wanted: WantedNodes, parts: WorkParts, files: WorkFiles): VerifyWork {
  const { model, tables } = parts;
  const spool = new FactSpool(model, files.own, wantedNodes(wanted));
  const inTurn = parquetInTurn();
  return {
    readTable: (segment) => readSegment(model, tables, spool, segment),
    readObject: (key, range) => inTurn(key, () => readObject(key, range, spool, parts)),
    explainObject: (key, differences, range) =>
      inTurn(key, () => explainObject(readObjectLines(parts.archive, key), differences, range, parts)),
    endReading: async () => {
      await spool.flush();
      return files.place;
    },
    compareBucket: async (bucket, places, times) =>
      compareBucket(files.read(places, bucket), { ...times, model }),
  };
}

/** An object of Parquet is read as a whole: only one of these is in memory at a time. */
function parquetInTurn() {
  let last: Promise<unknown> = Promise.resolve();
  return <Result>(key: string, read: () => Promise<Result>): Promise<Result> => {
    if (!key.endsWith(".parquet")) return read();
    const done = last.then(read);
    last = done.catch(() => undefined);
    return done;
  };
}

function wantedNodes({ nodes, buckets }: WantedNodes): (nodeId: string) => boolean {
  const ids = nodes === undefined ? undefined : new Set(nodes);
  const numbers = buckets === undefined ? undefined : new Set(buckets);
  return (nodeId) => (ids?.has(nodeId) ?? true) && (numbers?.has(bucketOf(nodeId)) ?? true);
}

async function readObject(
  key: string,
  { fromMs, toMs, readAtMs }: ReadRange,
  spool: FactSpool,
  parts: WorkParts,
): Promise<ArchivedPart> {
  const { archive, webhook, model } = parts;
  const read = new ReadDeliveries();
  const lines = judgedLines(readObjectLines(archive, key), { fromMs, toMs: readAtMs + 1 }, webhook, parts);
  for await (const { deliveries, unreadable } of lines) {
    read.addProblems(placesOf(key, unreadable));
    let isFull = false;
    for (const one of deliveries) {
      const source = read.add(one, toMs);
      if ("event" in one && source !== undefined) isFull = spool.add(model.factsOf(one.event), source);
    }
    if (isFull) await spool.flush();
  }
  return read.part;
}

/** Counts what is read. */
class ReadDeliveries {
  readonly #counts = {
    ...{ read: 0, handled: 0, filtered: 0, undecodable: 0, younger: 0, unknown: 0, unreadable: 0 },
  };
  readonly #problems: string[] = [];
  #firstMs: number | undefined;

  addProblems(problems: readonly string[]): void {
    this.#counts.unreadable += problems.length;
    this.#problems.push(...problems.slice(0, MAX_PROBLEMS - this.#problems.length));
  }

  /** Counts a delivery, and returns what its facts are; `undefined` if it makes none. */
  add({ delivery: { sentAtMs }, outcome }: JudgedDelivery, toMs: number): FactSource | undefined {
    this.#firstMs = Math.min(this.#firstMs ?? sentAtMs, sentAtMs);
    this.#counts.read += 1;
    if (outcome === "ignored") return undefined;
    const isYounger = outcome === "handled" && sentAtMs >= toMs;
    this.#counts[isYounger ? "younger" : outcome] += 1;
    if (outcome === "filtered" || outcome === "undecodable") return undefined;
    if (outcome === "unknown") return "unknown";
    return isYounger ? "younger" : "archived";
  }

  get part(): ArchivedPart {
    return { counts: this.#counts, problems: this.#problems, firstMs: this.#firstMs };
  }
}

async function compareBucket(
  lines: AsyncIterable<readonly string[]>,
  context: CompareContext,
): Promise<BucketComparison> {
  const total = new Totals();
  let isDifferent = false;
  for (const [nodeId, facts] of await readFacts(lines, context.model)) {
    const texts = nodeTexts(nodeId, facts, context.model, context.readAtMs);
    const isEqual = texts.archived === texts.stored;
    const digest = digestOf(texts.archived);
    total.archived.add(digest);
    total.stored.add(isEqual ? digest : digestOf(texts.stored));
    isDifferent ||= !isEqual;
    const equal = isEqual ? equalNode(facts, context) : undefined;
    total.addNode(equal ?? compareNode(nodeId, facts, context));
  }
  const { counts, differences } = total;
  const [archived, stored] = [total.archived.toString(), total.stored.toString()];
  return { counts, isDifferent, differences, archived, stored };
}
