import { Signal } from "@rainhooks/page/signal";
import { type LoadedPage, pagesOf, type ReadPage, type Rows, rowsOf, withPage } from "./node-pages.ts";

/** Nodes of a page. */
export const PAGE_SIZE = 100;
/** Rows that there are below those near the window, if the list has more. */
const ROWS_AHEAD = 10;
/** Nodes that are looked through for rows that pass a filter, before a person is asked whether to go on. */
const MAX_LOOKED_THROUGH = 10_000;

/** Reads a page of the list. `isFound`: what was looked for is on it, and only a person asks for more. */
export type Fetch = (
  token: string | undefined,
  signal: AbortSignal,
) => Promise<ReadPage & { readonly read: number; readonly isFound?: boolean }>;

/** The list of nodes: pages that were loaded, and are loaded again while they are visible. */
export class NodeList {
  readonly #fetch: Fetch;
  readonly #pages = new Signal<readonly LoadedPage[] | undefined>(undefined);
  readonly #failure = new Signal<unknown>(undefined);
  readonly #lookedThrough = new Signal(0);
  readonly #isFound = new Signal(false);
  #lastRead = 0;
  #loading: Promise<void> | undefined;
  #visible: readonly [first: number, last: number] = [0, 49];

  #rows: Rows | undefined;

  constructor(fetch: Fetch) {
    this.#fetch = fetch;
  }

  /** The loaded nodes; `undefined` until the first page was read. */
  get rows(): Rows | undefined {
    return this.#rows;
  }

  /** Why the last read has failed. */
  get failure(): unknown {
    return this.#failure.value;
  }

  /** True if all nodes are loaded. */
  get isWhole(): boolean {
    const pages = this.#pages.value;
    return pages !== undefined && pages.at(-1)?.next === undefined;
  }

  /**
   * Nodes that were looked through since rows were last found, if that is so many that a person decides
   * whether to go on.
   */
  get lookedThrough(): number | undefined {
    return this.#lookedThrough.value >= MAX_LOOKED_THROUGH ? this.#lookedThrough.value : undefined;
  }

  /** True if what was looked for was found, and nobody has asked for what else there is. */
  get isFound(): boolean {
    return this.#isFound.value;
  }

  /** Number of nodes that the last read of a page took. */
  get lastRead(): number {
    return this.#lastRead;
  }

  /** Reads the visible pages again, and pages whose beginning has moved. */
  async refresh(abort: AbortSignal): Promise<void> {
    await this.#loading;
    const rows = this.#rows;
    const [first, last] = rows === undefined ? [0, 0] : pagesOf(rows, ...this.#visible);
    for (let index = first; index <= last; index += 1) {
      if (index > 0 && this.#pages.value?.[index - 1]?.next === undefined) break;
      await this.#read(index, abort);
    }
    await this.loadAhead(abort);
  }

  /** Notes which rows are near the window, and loads more if these are near the end. */
  show(first: number, last: number, abort: AbortSignal): void {
    this.#visible = [first, last];
    void this.loadAhead(abort);
  }

  /** Goes on looking for rows that pass a filter. */
  goOn(abort: AbortSignal): void {
    this.#lookedThrough.value = 0;
    this.#isFound.value = false;
    void this.loadAhead(abort);
  }

  /** Loads pages until there are rows below the visible ones; at most `rows` of them. */
  loadAhead(abort: AbortSignal, rows = this.#visible[1] + ROWS_AHEAD): Promise<void> {
    this.#loading ??= this.#loadUntil(rows, abort)
      .catch(() => undefined)
      .finally(() => {
        this.#loading = undefined;
      });
    return this.#loading;
  }

  async #loadUntil(rows: number, abort: AbortSignal): Promise<void> {
    const isNear = () => (this.#rows?.nodes.length ?? 0) < Math.max(rows, this.#visible[1] + ROWS_AHEAD);
    const mayGoOn = () => !this.isWhole && !this.isFound && this.lookedThrough === undefined;
    while (isNear() && mayGoOn() && !abort.aborted) await this.#read(this.#pages.value?.length ?? 0, abort);
  }

  async #read(index: number, abort: AbortSignal): Promise<void> {
    const pages = this.#pages.value ?? [];
    const token = index === 0 ? undefined : pages[index - 1]?.next;
    try {
      const page = await this.#fetch(token, abort);
      if (abort.aborted) return;
      this.#lastRead = page.read;
      const known = pages[index];
      if (index === 0 && known === undefined) this.#isFound.value = page.isFound === true;
      if (known === undefined)
        this.#lookedThrough.value = page.nodes.length > 0 ? 0 : this.#lookedThrough.value + page.read;
      this.#failure.value = undefined;
      // What has not changed is not drawn again.
      if (known === undefined || known.isStale || !isEqual(known, page))
        this.#store(withPage(pages, index, page));
    } catch (error) {
      if (!abort.aborted) this.#failure.value = error;
      throw error;
    }
  }

  #store(pages: readonly LoadedPage[]): void {
    this.#rows = rowsOf(pages);
    this.#pages.value = pages;
  }
}

function isEqual(known: LoadedPage, { nodes, next }: ReadPage): boolean {
  return known.next === next && JSON.stringify(known.nodes) === JSON.stringify(nodes);
}
