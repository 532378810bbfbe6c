import { tryParseJson } from "@rainhooks/core";
import type { Fact, FactModel } from "@rainhooks/sinks";
import { bucketOf, Partitions } from "./partitions.ts";

/**
 * Where a fact comes from. `archived`: a delivery that the webhook must have handled. `younger`: one that it may have handled when the
 * tables were read. `unknown`: one of which nobody knows whether a rule was against it. `stored`: an item of a table.
 */
export type FactSource = "archived" | "younger" | "unknown" | "stored";

/** The values of one fact, by their source. */
export type FactValues = { [Source in FactSource]?: unknown };

/** The facts of a node, by their names. */
export type NodeFactValues = Map<string, FactValues>;

/** Facts of all nodes that are in memory before they are written to disk. */
const MAX_IN_MEMORY = 100_000;

interface Held {
  readonly fact: Fact;
  readonly source: FactSource;
}

/** Joins facts, and keeps them on disk by bucket of their nodes, so that memory does not grow with their number. */
export class FactSpool {
  readonly #model: FactModel;
  readonly #partitions: Partitions;
  readonly #isWanted: (nodeId: string) => boolean;
  readonly #maxInMemory: number;
  readonly #held = new Map<string, Held>();

  private constructor(
    model: FactModel,
    partitions: Partitions,
    isWanted: (nodeId: string) => boolean,
    max: number,
  ) {
    this.#model = model;
    this.#partitions = partitions;
    this.#isWanted = isWanted;
    this.#maxInMemory = max;
  }

  /** @param isWanted Facts of other nodes are left out. */
  static async open(
    model: FactModel,
    isWanted: (nodeId: string) => boolean,
    { folder, maxInMemory = MAX_IN_MEMORY }: { readonly folder?: string; readonly maxInMemory?: number } = {},
  ): Promise<FactSpool> {
    return new FactSpool(model, await Partitions.open(folder), isWanted, maxInMemory);
  }

  /** Adds facts. */
  async add(facts: readonly Fact[], source: FactSource): Promise<void> {
    for (const fact of facts) {
      if (!this.#isWanted(fact.nodeId)) continue;
      const key = `${source} ${JSON.stringify([fact.nodeId, fact.name])}`;
      const before = this.#held.get(key)?.fact.value;
      const value = before === undefined ? fact.value : this.#model.join(fact.name, before, fact.value);
      this.#held.set(key, { fact: { ...fact, value }, source });
    }
    if (this.#held.size >= this.#maxInMemory) await this.flush();
  }

  /** Writes what is in memory. */
  async flush(): Promise<void> {
    const lines = new Map<number, string[]>();
    for (const { fact, source } of this.#held.values()) {
      const line = JSON.stringify([source, fact.nodeId, fact.name, fact.value]);
      const bucket = bucketOf(fact.nodeId);
      const some = lines.get(bucket);
      if (some === undefined) lines.set(bucket, [line]);
      else some.push(line);
    }
    this.#held.clear();
    await this.#partitions.append(lines);
  }

  /** Reads the facts of the nodes of a bucket. */
  async read(bucket: number): Promise<Map<string, NodeFactValues>> {
    const nodes = new Map<string, NodeFactValues>();
    for await (const line of this.#partitions.read(bucket)) {
      const [source, nodeId, name, value] = tryParseJson(line) as [FactSource, string, string, unknown];
      const facts: NodeFactValues = nodes.get(nodeId) ?? new Map();
      const values = facts.get(name) ?? {};
      values[source] = source in values ? this.#model.join(name, values[source], value) : value;
      facts.set(name, values);
      nodes.set(nodeId, facts);
    }
    return nodes;
  }

  /** Deletes the files. */
  async close(): Promise<void> {
    await this.#partitions.close();
  }
}
