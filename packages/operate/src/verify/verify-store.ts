import type { HoursToRead } from "@rainhooks/archive";
import type { FactModel } from "@rainhooks/sinks";
import { Checksum, digestOf, nodeTexts } from "./checksum.ts";
import {
  type CompareContext,
  compareNode,
  equalNode,
  type FactDifference,
  type NodeComparison,
} from "./compare-node.ts";
import { explain } from "./explain.ts";
import { type FactSource, FactSpool } from "./fact-spool.ts";
import {
  type JudgedDelivery,
  type JudgedWebhook,
  type JudgeParts,
  judgedDeliveries,
  placesOf,
} from "./judged-deliveries.ts";
import { BUCKETS, bucketOf } from "./partitions.ts";
import { readTables, type StoreTables } from "./read-tables.ts";
import type { DeliveryCounts, VerifyReport } from "./report.ts";

/** What to verify. */
export interface VerifyRequest {
  /** First time of publishing, epoch milliseconds. @defaultValue the first archived delivery */
  readonly fromMs?: number | undefined;
  /** End of the times of publishing, exclusive: everything before has been handled by the webhook. */
  readonly toMs: number;
  /** Only these nodes. @defaultValue all */
  readonly nodes?: readonly string[] | undefined;
  /** Only nodes of these buckets. @defaultValue all */
  readonly buckets?: readonly number[] | undefined;
}

/** What a verification needs. */
export interface VerifyParts extends Omit<JudgeParts, "hours"> {
  readonly model: FactModel;
  readonly webhook: JudgedWebhook;
  readonly tables: StoreTables;
  /**
   * Called when the tables have been read. Returns the folders to read when everything that the tables can contain is archived.
   */
  readonly hoursWhenArchived: (readAtMs: number) => Promise<HoursToRead>;
  readonly nowMs: () => number;
  /** Folder for the files. @defaultValue the system's folder for temporary files */
  readonly folder?: string | undefined;
  /** Called with what is being done. */
  readonly onProgress?: (text: string) => void;
}

const MAX_DIFFERENCES = 100;
const MAX_PROBLEMS = 20;

/**
 * Compares the tables of a store with what follows from the archive. First the tables are read, then the archive up to the moment at which
 * they were: so the archive has everything that can be in the tables, also while events come. Both are kept on disk by bucket of the
 * nodes' ids; buckets whose checksums differ are compared node by node.
 */
export async function verifyStore(request: VerifyRequest, parts: VerifyParts): Promise<VerifyReport> {
  const { model, tables, nowMs, hoursWhenArchived, onProgress = () => undefined } = parts;
  const isWanted = wantedNodes(request);
  const spool = await FactSpool.open(
    model,
    isWanted,
    parts.folder === undefined ? {} : { folder: parts.folder },
  );
  try {
    const read = await readTables(model, tables, spool, ({ items }) =>
      onProgress(`reading the tables: ${items} items`),
    );
    const readAtMs = nowMs();
    const hours = await hoursWhenArchived(readAtMs);
    const archived = await readArchive(request, readAtMs, spool, { ...parts, hours });
    const fromMs = request.fromMs ?? archived.firstMs ?? request.toMs;
    const context = { model, fromMs, isFromAsked: request.fromMs !== undefined, readAtMs };
    const compared = await compareBuckets(request.buckets ?? [...Array(BUCKETS).keys()], spool, context);
    const { differences, ...counts } = compared;
    return {
      ...counts,
      fromMs,
      toMs: request.toMs,
      deliveries: archived.counts,
      problems: archived.problems,
      tables: read,
      differences: await explain(differences, { fromMs, toMs: request.toMs }, { ...parts, hours }),
    };
  } finally {
    await spool.close();
  }
}

function wantedNodes({ nodes, buckets }: VerifyRequest): (nodeId: string) => boolean {
  const ids = nodes === undefined ? undefined : new Set(nodes);
  const numbers = buckets === undefined ? undefined : new Set(buckets);
  return (nodeId) => (ids?.has(nodeId) ?? true) && (numbers?.has(bucketOf(nodeId)) ?? true);
}

async function readArchive(
  { fromMs = 0, toMs }: VerifyRequest,
  readAtMs: number,
  spool: FactSpool,
  parts: VerifyParts & JudgeParts,
): Promise<ArchivedFacts> {
  const { model, webhook, onProgress = () => undefined } = parts;
  const archived = new ArchivedFacts();
  const range = { fromMs, toMs: readAtMs + 1 };
  for await (const { key, deliveries, unreadable } of judgedDeliveries(range, webhook, parts)) {
    archived.addObject(key, placesOf(key, unreadable));
    let isFull = false;
    for (const one of deliveries) {
      const source = archived.add(one, toMs);
      if ("event" in one && source !== undefined) isFull = spool.add(model.factsOf(one.event), source);
    }
    if (isFull) await spool.flush();
    onProgress(`reading the archive: ${archived.counts.objects} objects, ${archived.counts.read} deliveries`);
  }
  await spool.flush();
  return archived;
}

/** What was read of the archive. */
class ArchivedFacts {
  readonly #keys = new Set<string>();
  readonly #sum = { read: 0, handled: 0, filtered: 0, undecodable: 0, younger: 0, unknown: 0, unreadable: 0 };
  readonly problems: string[] = [];
  /** When the first delivery was published. */
  firstMs: number | undefined;

  addObject(key: string, problems: readonly string[]): void {
    this.#keys.add(key);
    this.#sum.unreadable += problems.length;
    this.problems.push(...problems.slice(0, MAX_PROBLEMS - this.problems.length));
  }

  /** Counts a delivery, and returns what its facts are; `undefined` if it makes none. */
  add({ delivery: { sentAtMs }, outcome }: JudgedDelivery, toMs: number): FactSource | undefined {
    this.firstMs = Math.min(this.firstMs ?? sentAtMs, sentAtMs);
    this.#sum.read += 1;
    if (outcome === "ignored") return undefined;
    const isYounger = outcome === "handled" && sentAtMs >= toMs;
    this.#sum[isYounger ? "younger" : outcome] += 1;
    if (outcome === "filtered" || outcome === "undecodable") return undefined;
    if (outcome === "unknown") return "unknown";
    return isYounger ? "younger" : "archived";
  }

  get counts(): DeliveryCounts {
    return { ...this.#sum, objects: this.#keys.size };
  }
}

type Compared = Omit<
  VerifyReport,
  "fromMs" | "toMs" | "deliveries" | "problems" | "tables" | "differences"
> & {
  readonly differences: readonly FactDifference[];
};

async function compareBuckets(
  buckets: readonly number[],
  spool: FactSpool,
  context: CompareContext,
): Promise<Compared> {
  const total = new Totals();
  const [archived, stored] = [new Checksum(), new Checksum()];
  const differentBuckets: number[] = [];
  for (const bucket of buckets) {
    let isDifferent = false;
    for (const [nodeId, facts] of await spool.read(bucket)) {
      const texts = nodeTexts(nodeId, facts, context.model, context.readAtMs);
      const isEqual = texts.archived === texts.stored;
      const digest = digestOf(texts.archived);
      archived.add(digest);
      stored.add(isEqual ? digest : digestOf(texts.stored));
      isDifferent ||= !isEqual;
      const equal = isEqual ? equalNode(facts, context) : undefined;
      total.add(equal ?? compareNode(nodeId, facts, context));
    }
    if (isDifferent) differentBuckets.push(bucket);
  }
  return {
    ...total.counts,
    differences: total.differences,
    buckets: buckets.length,
    differentBuckets,
    archivedChecksum: archived.toString(),
    storedChecksum: stored.toString(),
  };
}

/** Sums of the comparisons of nodes. */
class Totals {
  readonly differences: FactDifference[] = [];
  #nodes = 0;
  #equalNodes = 0;
  #differentNodes = 0;
  #facts = 0;
  #differentFacts = 0;
  #expiredFacts = 0;
  readonly #unjudged = { older: 0, rules: 0, settings: 0 };

  add({ compared, differences, unjudged, expired }: NodeComparison): void {
    const { older, rules, settings } = unjudged;
    if (compared + older + rules + settings > 0) this.#nodes += 1;
    if (differences.length > 0) this.#differentNodes += 1;
    else if (compared > 0 && older + rules + settings === 0) this.#equalNodes += 1;
    this.#facts += compared;
    this.#differentFacts += differences.length;
    this.#expiredFacts += expired;
    this.#unjudged.older += older;
    this.#unjudged.rules += rules;
    this.#unjudged.settings += settings;
    this.differences.push(...differences.slice(0, MAX_DIFFERENCES - this.differences.length));
  }

  get counts() {
    return {
      nodes: this.#nodes,
      equalNodes: this.#equalNodes,
      differentNodes: this.#differentNodes,
      unjudgedNodes: this.#nodes - this.#equalNodes - this.#differentNodes,
      facts: this.#facts,
      differentFacts: this.#differentFacts,
      unjudgedFacts: this.#unjudged,
      expiredFacts: this.#expiredFacts,
    };
  }
}
