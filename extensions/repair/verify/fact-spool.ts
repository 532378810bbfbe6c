import type { Fact, FactModel } from "../facts/fact-model.ts";
import { type AppendLines, LineBuffer, type LinesAt, partitionOf } from "../work/partitions.ts";

/**
 * Where a fact comes from. `archived`: a delivery that the webhook must have handled. `younger`:
 * one that it may have handled when the tables were read. `unknown`: one of which nobody knows
 * whether a rule was against it. `stored`: an item of a table.
 */
export type FactSource = "archived" | "younger" | "unknown" | "stored";

/** The values of one fact, by their source. */
export type FactValues = { [Source in FactSource]?: unknown };

/** The facts of a node, by their names. */
export type NodeFactValues = Map<string, FactValues>;

/**
 * Facts of all nodes that are in memory before they are written: each object of them costs requests
 * when it is written, and for each partition when it is read.
 */
const MAX_IN_MEMORY = 100_000;

/** Facts of nodes from one source, by their names. */
type HeldNodes = Map<string, Map<string, unknown>>;

/** A line: facts of a node from one source, names and values in turn. */
type Line = readonly [source: FactSource, nodeId: string, ...facts: unknown[]];

/**
 * Joins facts, and keeps them in files by partition of their nodes, so that memory does not grow
 * with their number.
 */
export class FactSpool {
  readonly #model: FactModel;
  readonly #append: AppendLines;
  readonly #isWanted: (nodeId: string) => boolean;
  readonly #maxInMemory: number;
  readonly #held = new Map<FactSource, HeldNodes>();
  #heldFacts = 0;

  /** @param isWanted Facts of other nodes are left out. @defaultValue none is */
  constructor(
    model: FactModel,
    append: AppendLines,
    isWanted: (nodeId: string) => boolean = () => true,
    maxInMemory: number = MAX_IN_MEMORY,
  ) {
    this.#model = model;
    this.#append = append;
    this.#isWanted = isWanted;
    this.#maxInMemory = maxInMemory;
  }

  /** Adds facts. */
  add(facts: readonly Fact[], source: FactSource): void {
    const nodes = this.#held.get(source) ?? new Map<string, Map<string, unknown>>();
    this.#held.set(source, nodes);
    for (const { nodeId, name, value } of facts) {
      if (!this.#isWanted(nodeId)) continue;
      let held = nodes.get(nodeId);
      if (held === undefined) {
        held = new Map();
        nodes.set(nodeId, held);
      }
      const before = held.get(name);
      if (before === undefined) this.#heldFacts += 1;
      held.set(name, before === undefined ? value : this.#model.join(name, before, value));
    }
  }

  /** Writes what is in memory, if that is much. */
  async flushIfFull(): Promise<void> {
    if (this.#heldFacts >= this.#maxInMemory) await this.flush();
  }

  /** Writes what is in memory. */
  async flush(): Promise<void> {
    const buffer = new LineBuffer(this.#append);
    for (const [source, nodes] of this.#held)
      for (const [nodeId, facts] of nodes)
        buffer.add(
          partitionOf(nodeId),
          JSON.stringify([source, nodeId, ...[...facts].flat(1)] satisfies Line),
        );
    this.#held.clear();
    this.#heldFacts = 0;
    await buffer.flush();
  }
}

/** Reads the facts of the nodes of a partition from its lines. */
export async function readFacts(
  files: AsyncIterable<LinesAt>,
  model: FactModel,
): Promise<Map<string, NodeFactValues>> {
  const nodes = new Map<string, NodeFactValues>();
  for await (const { lines } of files)
    for (const line of lines) addLine(nodes, JSON.parse(line) as Line, model);
  return nodes;
}

function addLine(
  nodes: Map<string, NodeFactValues>,
  [source, nodeId, ...facts]: Line,
  { join }: FactModel,
): void {
  const node: NodeFactValues = nodes.get(nodeId) ?? new Map();
  nodes.set(nodeId, node);
  for (let index = 0; index < facts.length; index += 2) {
    const name = String(facts[index]);
    const value = facts[index + 1];
    const values = node.get(name) ?? {};
    const before = values[source];
    values[source] = before === undefined ? value : join(name, before, value);
    node.set(name, values);
  }
}
