import { drawSoon } from "@rainhooks/page/signal";
import type { ResultOf } from "@rainhooks/stage/query/question";
import type { listNodesQuestion } from "@rainhooks/stage/query/questions/list-nodes";

/** A node as the list has it. */
export type ListedNode = ResultOf<typeof listNodesQuestion>["nodes"][number];

/** A page of the list, as it was last read, and the token of the next one. */
export interface ListPage {
  readonly nodes: readonly ListedNode[];
  readonly next?: string;
}

/** Reads a page of the list. */
type Fetch = (
  token: string | undefined,
  signal: AbortSignal,
) => Promise<ListPage & { readonly read: number }>;

/** The rows of a list: its nodes in order. */
export interface Rows {
  readonly nodes: readonly ListedNode[];
  /** For each page, the number of rows before it. */
  readonly starts: readonly number[];
}

/** Rows that there are below those near the window, if the list has more. */
const ROWS_AHEAD = 10;
/**
 * Nodes that are looked through for rows that pass a filter, before a person is asked whether to go
 * on.
 */
const MAX_LOOKED_THROUGH = 10_000;

/** The list of nodes: pages that were loaded, and are loaded again while they are visible. */
export class NodeList {
  /** The loaded nodes; `undefined` until the first page was read. */
  rows: Rows | undefined;
  /** Why the last read has failed. */
  failure: unknown;
  /** Number of nodes that the last read of a page took. */
  lastRead = 0;
  readonly #fetch: Fetch;
  #pages: readonly ListPage[] = [];
  #lookedThrough = 0;
  #loading: Promise<void> | undefined;
  #visible: readonly [first: number, last: number] = [0, 49];

  constructor(fetch: Fetch) {
    this.#fetch = fetch;
  }

  /** True if all nodes are loaded. */
  get isWhole(): boolean {
    return this.rows !== undefined && this.#pages.at(-1)?.next === undefined;
  }

  /**
   * Nodes that were looked through since rows were last found, if that is so many that a person
   * decides whether to go on.
   */
  get lookedThrough(): number | undefined {
    return this.#lookedThrough >= MAX_LOOKED_THROUGH ? this.#lookedThrough : undefined;
  }

  /** Reads the visible pages again. */
  async refresh(abort: AbortSignal): Promise<void> {
    while (this.#loading !== undefined) await this.#loading.catch(() => undefined);
    await this.#alone(async () => {
      const [first, last] = pagesOf(this.rows ?? { starts: [] }, ...this.#visible);
      for (let index = first; index <= last; index += 1) {
        if (index > 0 && this.#pages[index - 1]?.next === undefined) break;
        await this.#read(index, abort);
      }
      await this.#loadUntil(0, abort);
    });
  }

  /** Notes which rows are near the window, and loads more if these are near the end. */
  show(first: number, last: number, abort: AbortSignal): void {
    this.#visible = [first, last];
    void this.loadAhead(abort);
  }

  /** Goes on looking for rows that pass a filter. */
  goOn(abort: AbortSignal): void {
    this.#lookedThrough = 0;
    void this.loadAhead(abort);
  }

  /** Loads pages until there are rows below the visible ones; at most `rows` of them. */
  loadAhead(abort: AbortSignal, rows = 0): Promise<void> {
    return this.#alone(() => this.#loadUntil(rows, abort)).catch(() => undefined);
  }

  /**
   * Runs what reads pages, unless something does: of two reads of a page, the older could come
   * last.
   */
  #alone(run: () => Promise<void>): Promise<void> {
    this.#loading ??= run().finally(() => {
      this.#loading = undefined;
    });
    return this.#loading;
  }

  async #loadUntil(rows: number, abort: AbortSignal): Promise<void> {
    const isNear = () =>
      (this.rows?.nodes.length ?? 0) < Math.max(rows, this.#visible[1] + ROWS_AHEAD);
    const mayGoOn = () => !this.isWhole && this.lookedThrough === undefined;
    while (isNear() && mayGoOn() && !abort.aborted) await this.#read(this.#pages.length, abort);
  }

  async #read(index: number, abort: AbortSignal): Promise<void> {
    try {
      const page = await this.#fetch(this.#pages[index - 1]?.next, abort);
      if (abort.aborted) return;
      this.lastRead = page.read;
      this.failure = undefined;
      const before = this.#pages[index];
      if (before === undefined) {
        this.#lookedThrough = page.nodes.length > 0 ? 0 : this.#lookedThrough + page.read;
      } else if (
        before.next === page.next &&
        JSON.stringify(before.nodes) === JSON.stringify(page.nodes)
      )
        return;
      this.#pages = withPage(this.#pages, index, page);
      this.rows = rowsOf(this.#pages);
    } catch (error) {
      if (!abort.aborted) this.failure = error;
      throw error;
    } finally {
      drawSoon();
    }
  }
}

/**
 * Puts a page that was read in the place of an older one, or at the end. A list changes while it is
 * read: where the page ends now, the next one begins when it is read again.
 */
export function withPage(
  pages: readonly ListPage[],
  index: number,
  page: ListPage,
): readonly ListPage[] {
  return [
    ...pages.slice(0, index),
    page,
    ...(page.next === undefined ? [] : pages.slice(index + 1)),
  ];
}

/**
 * Joins pages. A node that has moved since one of them was read is shown once, where it comes
 * first.
 */
export function rowsOf(pages: readonly ListPage[]): Rows {
  const nodes = new Map<string, ListedNode>();
  const starts: number[] = [];
  for (const page of pages) {
    starts.push(nodes.size);
    for (const node of page.nodes) if (!nodes.has(node.nodeId)) nodes.set(node.nodeId, node);
  }
  return { nodes: [...nodes.values()], starts };
}

/** Returns the first and the last page with rows of a range. */
export function pagesOf(
  { starts }: Pick<Rows, "starts">,
  first: number,
  last: number,
): readonly [number, number] {
  const pageOf = (row: number) =>
    Math.max(
      0,
      starts.findLastIndex((start) => start <= row),
    );
  return [pageOf(first), pageOf(last)];
}
