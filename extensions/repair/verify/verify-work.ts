import { placesOf } from "@rainhooks/archive/read/text-lines";
import type { WorkJob } from "../work/job.ts";
import { type CompareContext, compareNode } from "./compare-node.ts";
import { type DeliveryOutcome, readOutcomes } from "./delivery-outcomes.ts";
import { type FactSource, FactSpool, readFacts } from "./fact-spool.ts";
import { type EndedAt, eachPage, type TableSegment, type TablesRead } from "./read-tables.ts";
import { type FactComparison, NO_DELIVERIES, Totals } from "./report.ts";

/** Which deliveries are read, by their times of publishing, epoch milliseconds. */
export interface ReadRange {
  readonly fromMs: number;
  /** Until then the webhook has handled everything. */
  readonly toMs: number;
  /** Until then it may have handled something. */
  readonly readAtMs: number;
}

/** What was read of objects of the archive. */
export type ArchivedPart = Awaited<ReturnType<typeof readObjects>>;

/** On what a comparison depends, without what is the same for a whole verification. */
export type CompareTimes = Omit<CompareContext, "model">;

export const MAX_PROBLEMS = 20;
type ReadOutcome = DeliveryOutcome["outcome"] | "younger";
/** As what the facts of deliveries are kept. */
const SOURCES: { readonly [Outcome in ReadOutcome]?: FactSource } = {
  handled: "archived",
  younger: "younger",
  unknown: "unknown",
};

function newSpool({ model, append, nodes }: WorkJob): FactSpool {
  const ids = nodes && new Set(nodes);
  return new FactSpool(model, append, (nodeId) => ids?.has(nodeId) ?? true);
}

/**
 * Reads a part of a table.
 *
 * @param source As what its facts are kept.
 * @param after Where an earlier call has ended.
 */
export async function readTable(
  job: WorkJob,
  segment: TableSegment,
  source: FactSource,
  after: EndedAt["after"],
): Promise<TablesRead & EndedAt> {
  const spool = newSpool(job);
  const end = await eachPage(job, segment, { after }, async (items) => {
    for (const item of items) spool.add(job.model.factsIn(segment.table, item), source);
    await spool.flushIfFull();
  });
  await spool.flush();
  return end;
}

/** Reads objects of the archive, one after the other. */
export async function readObjects(
  job: WorkJob,
  keys: readonly string[],
  { fromMs, toMs, readAtMs }: ReadRange,
) {
  const spool = newSpool(job);
  const counts = { ...NO_DELIVERIES, objects: keys.length };
  const problems: string[] = [];
  let firstMs: number | undefined;
  for await (const part of readOutcomes(job, keys, { fromMs, toMs: readAtMs + 1 })) {
    counts.unreadable += part.unreadable.length;
    problems.push(...placesOf(part).slice(0, MAX_PROBLEMS - problems.length));
    for (const one of part.deliveries) {
      const { sentAtMs } = one.delivery;
      firstMs = Math.min(firstMs ?? sentAtMs, sentAtMs);
      counts.read += 1;
      const outcome = outcomeAt(one, toMs);
      if (outcome !== "ignored") counts[outcome] += 1;
      const source = SOURCES[outcome];
      if ("event" in one && source !== undefined) spool.add(job.model.factsOf(one.event), source);
    }
    await spool.flushIfFull();
  }
  await spool.flush();
  return {
    counts,
    /** Places that cannot be read; the first few. */
    problems,
    /** When its first delivery was published. */
    firstMs,
  };
}

function outcomeAt({ delivery, outcome }: DeliveryOutcome, toMs: number): ReadOutcome {
  return outcome === "handled" && delivery.sentAtMs >= toMs ? "younger" : outcome;
}

/** Compares the nodes of a partition. */
export async function compareFacts(
  job: WorkJob,
  partition: number,
  times: CompareTimes,
): Promise<FactComparison> {
  const total = new Totals();
  const { model } = job;
  for (const [nodeId, facts] of await readFacts(job.read(partition), model))
    total.addNode(compareNode(nodeId, facts, { ...times, model }));
  return { counts: total.counts, differences: total.differences };
}
