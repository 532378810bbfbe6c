import { readObjectLines } from "@rainhooks/archive/read/object-lines";
import type { FactModel } from "../facts/fact-model.ts";
import type { AppendLines, LinesAt, ReadLines } from "../work/partition-objects.ts";
import { type CompareContext, compareNode, type FactDifference } from "./compare-node.ts";
import { type Evidence, explainObject, firstOf } from "./explain.ts";
import { type FactSource, FactSpool, readFacts } from "./fact-spool.ts";
import {
  type DeliveryVerdict,
  type JudgeDependencies,
  placesOf,
  readVerdicts,
  type WebhookScope,
} from "./judged-deliveries.ts";
import {
  type DeployedTables,
  type EndedAt,
  eachPage,
  type TableSegment,
  type TablesRead,
} from "./read-tables.ts";
import { type DeliveryCounts, NO_DELIVERIES } from "./report.ts";
import { type PartitionComparison, Totals } from "./totals.ts";

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
  readonly counts: DeliveryCounts;
  /** Places that cannot be read; the first few. */
  readonly problems: readonly string[];
  /** When its first delivery was published. */
  readonly firstMs: number | undefined;
}

/** On what a comparison depends, without what is the same for a whole verification. */
export type CompareTimes = Omit<CompareContext, "model">;

/** The parts of a verification. What is read is kept by partition, and a partition is compared then. */
export interface VerifyMethods {
  /**
   * Reads a part of a table.
   *
   * @param source As what its facts are kept.
   * @param after Where an earlier call has ended.
   */
  readTable(
    segment: TableSegment,
    source: FactSource,
    after: EndedAt["after"],
  ): Promise<TablesRead & EndedAt>;
  /** Reads objects of the archive, one after the other. */
  readObjects(keys: readonly string[], range: ReadRange): Promise<ArchivedPart>;
  comparePartition(partition: number, times: CompareTimes): Promise<PartitionComparison>;
  /** Finds the deliveries of objects that say what differs. */
  explainObjects(
    keys: readonly string[],
    differences: readonly FactDifference[],
    range: Pick<ReadRange, "fromMs" | "toMs">,
  ): Promise<readonly Evidence[]>;
}

/** What judging the deliveries of a store needs. */
export interface StoreScope extends JudgeDependencies {
  readonly model: FactModel;
  readonly webhook: WebhookScope;
}

/** What the work needs. */
export interface VerifyWorkDependencies {
  readonly model: FactModel;
  /** Only these nodes. @defaultValue all */
  readonly nodes?: readonly string[] | undefined;
  readonly tables: DeployedTables;
  readonly append: AppendLines;
  readonly read: ReadLines;
  readonly isLate: () => boolean;
  readonly judgedStore: () => Promise<StoreScope>;
}

export const MAX_PROBLEMS = 20;

/** Does the parts of a verification in this process. */
export function verifyMethods(dependencies: VerifyWorkDependencies): VerifyMethods {
  const { model, nodes, tables, append, read, isLate, judgedStore } = dependencies;
  const newSpool = () => new FactSpool(model, append, isAmong(nodes));
  return {
    readTable: async (segment, source, after) => {
      const spool = newSpool();
      const ended = await eachPage(tables, segment, { after, isLate }, async (items) => {
        let isFull = false;
        for (const item of items) isFull = spool.add(model.factsIn(segment.table, item), source);
        if (isFull) await spool.flush();
      });
      await spool.flush();
      return ended;
    },
    readObjects: async (keys, range) => {
      const [counts, spool, store] = [new ReadDeliveries(), newSpool(), await judgedStore()];
      for (const key of keys) await readObject(key, range, spool, counts, store);
      await spool.flush();
      return counts.part;
    },
    explainObjects: async (keys, differences, range) => {
      const store = await judgedStore();
      const found: Evidence[] = [];
      for (const key of keys)
        found.push(...(await explainObject(linesOf(key, store), differences, range, store)));
      return firstOf(found);
    },
    comparePartition: async (partition, times) => comparePartition(read(partition), { ...times, model }),
  };
}

function isAmong(nodes: readonly string[] | undefined): (nodeId: string) => boolean {
  if (nodes === undefined) return () => true;
  const ids = new Set(nodes);
  return (nodeId) => ids.has(nodeId);
}

async function readObject(
  key: string,
  { fromMs, toMs, readAtMs }: ReadRange,
  spool: FactSpool,
  read: ReadDeliveries,
  dependencies: StoreScope,
): Promise<void> {
  const { webhook, model } = dependencies;
  read.begin();
  const lines = readVerdicts(
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

function linesOf(key: string, { archive }: StoreScope) {
  return readObjectLines(archive, key);
}

/** Counts what is read. */
class ReadDeliveries {
  readonly #counts = { ...NO_DELIVERIES };
  readonly #problems: string[] = [];
  #firstMs: number | undefined;

  /** Counts an object. */
  begin(): void {
    this.#counts.objects += 1;
  }

  addProblems(problems: readonly string[]): void {
    this.#counts.unreadable += problems.length;
    this.#problems.push(...problems.slice(0, MAX_PROBLEMS - this.#problems.length));
  }

  /** Counts a delivery, and returns what its facts are; `undefined` if it makes none. */
  add({ delivery: { sentAtMs }, outcome }: DeliveryVerdict, toMs: number): FactSource | undefined {
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
  lines: AsyncIterable<LinesAt>,
  context: CompareContext,
): Promise<PartitionComparison> {
  const total = new Totals();
  for (const [nodeId, facts] of await readFacts(lines, context.model))
    total.addNode(compareNode(nodeId, facts, context));
  return { counts: total.counts, differences: total.differences };
}
