import { readObjectLines } from "@rainhooks/archive/read/object-lines";
import type { FactModel } from "../facts/fact-model.ts";
import { parquetInTurn } from "../work/parquet-in-turn.ts";
import type { PartitionFiles } from "../work/partition-files.ts";
import { partitionOf } from "../work/partitions.ts";
import type { ReadingWork } from "../work/share.ts";
import type { WorkCaller } from "../work/work-call.ts";
import { digestOf, nodeTexts } from "./checksum.ts";
import { type CompareContext, compareNode, equalNode, type FactDifference } from "./compare-node.ts";
import { explainObject, type FoundDelivery, firstOf } from "./explain.ts";
import { type FactSource, FactSpool, readFacts } from "./fact-spool.ts";
import {
  type JudgeDependencies,
  type JudgedDelivery,
  type JudgedWebhook,
  judgedLines,
  placesOf,
} from "./judged-deliveries.ts";
import { type ComparedTables, readSegment, type TableSegment, type TablesRead } from "./read-tables.ts";
import type { DeliveryCounts } from "./report.ts";
import { type PartitionComparison, Totals } from "./totals.ts";

/** Which nodes are verified. */
export interface WantedNodes {
  /** Only these nodes. @defaultValue all */
  readonly nodes?: readonly string[] | undefined;
  /** Only nodes of these partitions. @defaultValue all */
  readonly partitions?: readonly number[] | undefined;
}

/** Which deliveries are read, by their times of publishing, epoch milliseconds. */
export interface ReadRange {
  readonly fromMs: number;
  /** Until then the webhook has handled everything. */
  readonly toMs: number;
  /** Until then it may have handled something. */
  readonly readAtMs: number;
}

/** What was read of objects of the archive. */
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
 * The parts of a verification that can be done at once in several places: threads or machines. What they read
 * is kept by partition, and a partition is compared when all of them have read everything.
 */
export interface VerifyWork extends ReadingWork {
  readTable(segment: TableSegment): Promise<TablesRead>;
  /** Reads objects of the archive, one after the other. */
  readObjects(keys: readonly string[], range: ReadRange): Promise<ArchivedPart>;
  /** @param places Where the files of all places are. */
  comparePartition(
    partition: number,
    places: readonly string[],
    times: CompareTimes,
  ): Promise<PartitionComparison>;
  /** Finds the deliveries of objects that say what differs. */
  explainObjects(
    keys: readonly string[],
    differences: readonly FactDifference[],
    range: Pick<ReadRange, "fromMs" | "toMs">,
  ): Promise<readonly FoundDelivery[]>;
}

/** What the work needs. */
export interface WorkDependencies extends JudgeDependencies {
  readonly model: FactModel;
  readonly webhook: JudgedWebhook;
  readonly tables: ComparedTables;
}

/** Files of one place, and how those of others are read. */
export interface WorkFiles {
  readonly own: Pick<PartitionFiles, "append">;
  readonly place: string;
  readonly read: (places: readonly string[], partition: number) => AsyncIterable<readonly string[]>;
  readonly partitionsIn: ReadingWork["partitionsIn"];
}

export const MAX_PROBLEMS = 20;

/** Returns the work of a verification that is done somewhere else. */
export function verifyWorkBy(call: WorkCaller<VerifyWork>): VerifyWork {
  return {
    readTable: (...args) => call("readTable", args),
    readObjects: (...args) => call("readObjects", args),
    endReading: (...args) => call("endReading", args),
    partitionsIn: (...args) => call("partitionsIn", args),
    comparePartition: (...args) => call("comparePartition", args),
    explainObjects: (...args) => call("explainObjects", args),
  };
}

/**
 * Does the work of a verification in this process.
 *
 * @param maxInMemory Facts that are in memory before they are written.
 */
export function verifyWork(
  wanted: WantedNodes,
  dependencies: WorkDependencies,
  files: WorkFiles,
  maxInMemory?: number,
): VerifyWork {
  const { model, tables } = dependencies;
  const spool = new FactSpool(model, files.own, wantedNodes(wanted), maxInMemory);
  const inTurn = parquetInTurn();
  return {
    readTable: (segment) => readSegment(model, tables, spool, segment),
    readObjects: async (keys, range) => {
      const read = new ReadDeliveries();
      for (const key of keys) await inTurn(key, () => readObject(key, range, spool, read, dependencies));
      return read.part;
    },
    explainObjects: async (keys, differences, range) => {
      const found: FoundDelivery[] = [];
      for (const key of keys)
        found.push(
          ...(await inTurn(key, () =>
            explainObject(linesOf(key, dependencies), differences, range, dependencies),
          )),
        );
      return firstOf(found);
    },
    endReading: async () => {
      await spool.flush();
      return files.place;
    },
    partitionsIn: files.partitionsIn,
    comparePartition: async (partition, places, times) =>
      comparePartition(files.read(places, partition), { ...times, model }),
  };
}

function wantedNodes({ nodes, partitions }: WantedNodes): (nodeId: string) => boolean {
  const ids = nodes === undefined ? undefined : new Set(nodes);
  const numbers = partitions === undefined ? undefined : new Set(partitions);
  return (nodeId) => (ids?.has(nodeId) ?? true) && (numbers?.has(partitionOf(nodeId)) ?? true);
}

async function readObject(
  key: string,
  { fromMs, toMs, readAtMs }: ReadRange,
  spool: FactSpool,
  read: ReadDeliveries,
  dependencies: WorkDependencies,
): Promise<void> {
  const { webhook, model } = dependencies;
  const lines = judgedLines(
    linesOf(key, dependencies),
    { fromMs, toMs: readAtMs + 1 },
    webhook,
    dependencies,
  );
  for await (const { deliveries, unreadable } of lines) {
    read.addProblems(placesOf(key, unreadable));
    let isFull = false;
    for (const one of deliveries) {
      const source = read.add(one, toMs);
      if ("event" in one && source !== undefined) isFull = spool.add(model.factsOf(one.event), source);
    }
    if (isFull) await spool.flush();
  }
}

function linesOf(key: string, { archive }: WorkDependencies) {
  return readObjectLines(archive, key);
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

async function comparePartition(
  lines: AsyncIterable<readonly string[]>,
  context: CompareContext,
): Promise<PartitionComparison> {
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
