import { setTimeout as pause } from "node:timers/promises";
import { isJsonObject, type JsonObject, tryParseJson } from "@rainhooks/core";

/** Fields of a node that can only become later, by where they are in an answer. */
const TIMES = [["connectedAtMs"], ["disconnectedAtMs"], ["config", "atMs"], ["lastAlert", "atMs"]] as const;
/** The API reads each node with a call of its own, any of which can fail. */
const NODES_PER_PAGE = 50;
const PAUSE_MS = 20;
const MAX_KEPT = 5;
/** The status of a node without series. */
const NONE = 404;

/** What a reader has found. */
export interface ReaderReport {
  readonly answers: number;
  /** Answers that were errors: the API's calls to services fail, too. */
  readonly failed: number;
  readonly nodes: number;
  /** How often something was older than before, or missing. */
  readonly wrong: number;
  readonly examples: readonly string[];
}

/**
 * Asks the query API all the time: how many nodes there are, about all nodes page by page, and for the newest points of some. Nothing that it has
 * seen may be missing later, or be older.
 */
export class Reader {
  readonly #apiUrl: string;
  readonly #ending = new AbortController();
  readonly #done: Promise<void>;
  /** The latest time of each thing that was seen. */
  readonly #seen = new Map<string, number>();
  readonly #nodes = new Set<string>();
  readonly #turns: string[] = [];
  /** The names of the series of each node. */
  readonly #series = new Map<string, ReadonlySet<string>>();
  readonly #examples: string[] = [];
  #answers = 0;
  #failed = 0;
  #wrong = 0;

  constructor(apiUrl: string) {
    this.#apiUrl = apiUrl;
    this.#done = this.#readAll();
  }

  /** Ends it. */
  async stop(): Promise<ReaderReport> {
    this.#ending.abort();
    await this.#done;
    return {
      ...{ answers: this.#answers, failed: this.#failed, nodes: this.#nodes.size },
      ...{ wrong: this.#wrong, examples: this.#examples },
    };
  }

  async #readAll(): Promise<void> {
    const again = async (read: () => Promise<void>) => {
      while (!this.#ending.signal.aborted) {
        await read();
        await pause(PAUSE_MS);
      }
    };
    await Promise.all([
      again(() => this.#readCounts()),
      again(() => this.#readNodes()),
      again(() => this.#readSeriesOfOne()),
    ]);
  }

  async #readCounts(): Promise<void> {
    const counts = await this.#ask("/v1/node-counts");
    if (counts !== undefined) this.#see("number of nodes", sumOf(counts));
  }

  async #readNodes(): Promise<void> {
    for (let next = ""; !this.#ending.signal.aborted; ) {
      const query = next === "" ? "" : `&page=${encodeURIComponent(next)}`;
      const answer = await this.#ask(`/v1/nodes?limit=${NODES_PER_PAGE}${query}`);
      await pause(PAUSE_MS);
      if (answer === undefined) continue;
      for (const node of objectsIn(answer["nodes"])) this.#seeNode(node);
      if (typeof answer["next"] !== "string") return;
      next = answer["next"];
    }
  }

  #seeNode(node: JsonObject): void {
    const id = String(node["nodeId"]);
    this.#nodes.add(id);
    for (const [field, inner] of TIMES) {
      const value = node[field];
      this.#see(`${field} of node ${id}`, inner === undefined ? value : isJsonObject(value) && value[inner]);
    }
  }

  /** Reads the series of one of the nodes that were seen, each in its turn. */
  async #readSeriesOfOne(): Promise<void> {
    const [id] = this.#turns.splice(0, 1);
    if (id === undefined) this.#turns.push(...this.#nodes);
    else await this.#readSeries(id);
  }

  async #readSeries(id: string): Promise<void> {
    const answer = await this.#ask(`/v1/nodes/${encodeURIComponent(id)}/series`, NONE);
    if (answer === undefined) return;
    const newest = new Map(
      objectsIn(answer["series"]).map(({ name, last }) => [String(name), isJsonObject(last) && last["atMs"]]),
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
      this.#wrong += 1;
      if (this.#examples.length < MAX_KEPT)
        this.#examples.push(`${what}: ${now ?? "nothing"} after ${before}`);
    }
    if (now !== undefined && (before === undefined || now > before)) this.#seen.set(what, now);
  }

  /** @param none The status that says that there is nothing. */
  async #ask(path: string, none?: number): Promise<JsonObject | undefined> {
    try {
      const response = await fetch(`${this.#apiUrl}${path}`);
      const answer: unknown = tryParseJson(await response.text());
      this.#answers += 1;
      if (response.status === none) return {};
      if (response.ok && isJsonObject(answer)) return answer;
    } catch {
      // Counted as an error, too.
    }
    this.#failed += 1;
    return undefined;
  }
}

function objectsIn(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

function sumOf(counts: JsonObject): number {
  return Object.values(counts).reduce<number>((sum, count) => sum + Number(count), 0);
}
