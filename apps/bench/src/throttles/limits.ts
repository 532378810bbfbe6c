import { isJsonObject, type JsonObject, type JsonValue } from "@rainhooks/core";
import type { Call, Handling } from "../processes/proxy.ts";
import { type Batch, batchOf } from "./batches.ts";
import { TokenBucket } from "./token-bucket.ts";

const OPEN = "open";

/** Limits of tables, of an index and of streams. At first they only count what passes; later they let through a share of that. */
export class Limits {
  readonly #nowMs: () => number;
  readonly #counts = new Map<string, number>();
  #buckets: ReadonlyMap<string, TokenBucket> | typeof OPEN = OPEN;
  #refused = 0;
  #passed = 0;
  #countingSinceMs: number;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
    this.#countingSinceMs = nowMs();
  }

  /** Number of entries that were refused, and that passed, under limits. */
  get totals(): { readonly refused: number; readonly passed: number } {
    return { refused: this.#refused, passed: this.#passed };
  }

  /** Forgets what was counted so far. */
  startCounting(): void {
    this.#counts.clear();
    this.#countingSinceMs = this.#nowMs();
  }

  /** From now on, lets through a share of what passed per second since counting started; returns the limits. */
  close(share: number): ReadonlyMap<string, number> {
    const seconds = (this.#nowMs() - this.#countingSinceMs) / 1000;
    const limits = new Map([...this.#counts].map(([name, count]) => [name, (count * share) / seconds]));
    this.#buckets = new Map([...limits].map(([name, perS]) => [name, new TokenBucket(perS, this.#nowMs)]));
    return limits;
  }

  /** From now on, lets everything through. */
  open(): void {
    this.#buckets = OPEN;
  }

  /** Decides about a call. */
  handle({ action, input }: Call): Handling {
    const batch = batchOf(action, input);
    if (batch !== undefined) return this.#handleBatch(batch);
    const [refusedBy] = resourcesOf(action, input).filter((name) => !this.#take(name));
    if (refusedBy === undefined) return { kind: "forward", input };
    // An index that is too slow throttles the writes of its table.
    const error = refusedBy.includes("/index/") ? "ThrottlingException" : TOO_MUCH;
    return { kind: "refuse", status: 400, error };
  }

  #handleBatch(batch: Batch): Handling {
    const taken = batch.entries.map(({ resource }) => this.#take(resource));
    if (batch.entries.length > 0 && !taken.includes(true)) return { kind: "refuse", ...batch.refusal };
    return {
      kind: "forward",
      input: batch.inputOf((_, index) => taken[index] === true),
      toResponse: (response) => batch.responseOf(response, (_, index) => taken[index] === true),
    };
  }

  #take(resource: string): boolean {
    if (this.#buckets === OPEN) {
      this.#counts.set(resource, (this.#counts.get(resource) ?? 0) + 1);
      return true;
    }
    const passes = this.#buckets.get(resource)?.take(1) ?? true;
    if (passes) this.#passed += 1;
    else this.#refused += 1;
    return passes;
  }
}

const TOO_MUCH = "ProvisionedThroughputExceededException";
const READS = new Set(["GetItem", "Query", "Scan"]);

/** Returns what a call of one item uses: its table, and the index by state if the item is in it. */
function resourcesOf(action: string, input: JsonObject): string[] {
  const table = input["TableName"];
  if (typeof table !== "string") return [];
  const item: JsonValue | undefined = input["Item"];
  const indexed = isJsonObject(item) && "statusShard" in item;
  return [
    `${table}/${READS.has(action) ? "reads" : "writes"}`,
    ...(indexed ? [`${table}/index/by-status`] : []),
  ];
}
