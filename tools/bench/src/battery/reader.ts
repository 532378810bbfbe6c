import { setTimeout as pause } from "node:timers/promises";
import { isJsonObject, type JsonObject, tryParseJson } from "@rainhooks/core/json";

/** Fields of a node that can only become later, by where they are in a result. */
const TIMES = [
  ["connectedAtMs"],
  ["disconnectedAtMs"],
  ["config", "atMs"],
  ["lastAlert", "atMs"],
] as const;
/** The API reads each node with a call of its own, any of which can fail. */
const NODES_PER_PAGE = 50;
const PAUSE_MS = 20;
const MAX_KEPT = 5;
/** The status of a node without series. */
const NONE = 404;

/** What a reader has found. */
export interface ReaderReport {
  readonly responses: number;
  /** Answers that were errors: the API's calls to services fail, too. */
  readonly failed: number;
  readonly nodes: number;
  /** How often something was older than before, or missing. */
  readonly wrong: number;
  readonly examples: readonly string[];
}

/**
 * Asks the query API all the time: how many nodes there are, about all nodes page by page, and for
 * the newest points of some. Nothing that it has seen may be missing later, or be older.
 */
export class PollingReader {
  readonly #apiUrl: string;
  readonly #ending = new AbortController();
  readonly #done: Promise<void>;
  /** The latest time of each thing that was seen. */
  readonly #seen = new Map<string, number>();
  readonly #nodes = new Set<string>();
  readonly #turns: string[] = [];
  /** The names of the series of each node. */
  readonly #series = new Map<string, ReadonlySet<string>>();
  readonly #report = { responses: 0, failed: 0, wrong: 0, examples: [] as string[] };

  constructor(apiUrl: string) {
    this.#apiUrl = apiUrl;
    this.#done = this.#readAll();
  }

  /** Ends it. */
  async stop(): Promise<ReaderReport> {
    this.#ending.abort();
    await this.#done;
    return { ...this.#report, nodes: this.#nodes.size };
  }

  async #readAll(): Promise<void> {
    const reads = [
      () => this.#readCounts(),
      () => this.#readNodes(),
      () => this.#readSeriesOfOne(),
    ];
    const again = async (read: () => Promise<void>) => {
      for (; !this.#ending.signal.aborted; await pause(PAUSE_MS)) await read();
    };
    await Promise.all(reads.map(again));
  }

  async #readCounts(): Promise<void> {
    const counts = await this.#ask("/v1/node-counts");
    const sum = Object.values(counts ?? {}).reduce<number>((all, count) => all + Number(count), 0);
    if (counts !== undefined) this.#see("number of nodes", sum);
  }

  async #readNodes(): Promise<void> {
    for (let page = ""; !this.#ending.signal.aborted; await pause(PAUSE_MS)) {
      const result = await this.#ask(`/v1/nodes?limit=${NODES_PER_PAGE}${page}`);
      if (result === undefined) continue;
      for (const node of objectsIn(result["nodes"])) this.#seeNode(node);
      if (typeof result["next"] !== "string") return;
      page = `&page=${encodeURIComponent(result["next"])}`;
    }
  }

  #seeNode(node: JsonObject): void {
    const id = String(node["nodeId"]);
    this.#nodes.add(id);
    for (const [field, inner] of TIMES) {
      const value = node[field];
      this.#see(
        `${field} of node ${id}`,
        inner === undefined ? value : isJsonObject(value) && value[inner],
      );
    }
  }

  /** Reads the series of one of the nodes that were seen, each in its turn. */
  async #readSeriesOfOne(): Promise<void> {
    const id = this.#turns.shift();
    if (id === undefined) {
      this.#turns.push(...this.#nodes);
      return;
    }
    const result = await this.#ask(`/v1/nodes/${encodeURIComponent(id)}/series`, NONE);
    if (result === undefined) return;
    const newest = new Map(
      objectsIn(result["series"]).map(({ name, last }) => [
        String(name),
        isJsonObject(last) && last["atMs"],
      ]),
    );
    const known = new Set([...(this.#series.get(id) ?? []), ...newest.keys()]);
    this.#series.set(id, known);
    for (const name of known) this.#see(`newest point of ${name} of node ${id}`, newest.get(name));
  }

  /** Notes a number that can only grow. */
  #see(what: string, value: unknown): void {
    const before = this.#seen.get(what);
    const now = typeof value === "number" ? value : undefined;
    if (before !== undefined && (now === undefined || now < before)) {
      this.#report.wrong += 1;
      if (this.#report.examples.length < MAX_KEPT)
        this.#report.examples.push(`${what}: ${now ?? "nothing"} after ${before}`);
    }
    if (now !== undefined && (before === undefined || now > before)) this.#seen.set(what, now);
  }

  /** @param none The status that says that there is nothing. */
  async #ask(path: string, none?: number): Promise<JsonObject | undefined> {
    try {
      const response = await fetch(`${this.#apiUrl}${path}`);
      const result: unknown = tryParseJson(await response.text());
      this.#report.responses += 1;
      if (response.status === none) return {};
      if (response.ok && isJsonObject(result)) return result;
    } catch {
      // Counted as an error, too.
    }
    this.#report.failed += 1;
    return undefined;
  }
}

function objectsIn(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}
