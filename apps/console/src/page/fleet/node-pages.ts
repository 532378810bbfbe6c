import type { AnswerOf } from "@rainhooks/stage/query/question";
import type { listNodesQuestion } from "@rainhooks/stage/query/questions/list-nodes";

/** A node as the list has it. */
export type ListedNode = AnswerOf<typeof listNodesQuestion>["nodes"][number];

/** A page of the list of nodes, as it was last read. */
export interface LoadedPage {
  /** The token that it was read with; `undefined` for the first page. */
  readonly token: string | undefined;
  readonly nodes: readonly ListedNode[];
  /** The token of the next page; `undefined` at the end of the list. */
  readonly next: string | undefined;
  /** True if the page before it ends elsewhere now, so that this one must be read again. */
  readonly isStale: boolean;
}

/** What a read of a page returns. */
export type ReadPage = Pick<AnswerOf<typeof listNodesQuestion>, "nodes"> & { readonly next?: string };

/**
 * Puts a page that was read in the place of an older one, or at the end. A list changes while it is read: if
 * the page ends elsewhere now, the next one begins there, and is stale.
 */
export function withPage(
  pages: readonly LoadedPage[],
  index: number,
  { nodes, next }: ReadPage,
): LoadedPage[] {
  const token = index === 0 ? undefined : pages[index - 1]?.next;
  const page: LoadedPage = { token, nodes, next, isStale: false };
  const before = pages.slice(0, index);
  if (next === undefined) return [...before, page];
  const [following, ...later] = pages.slice(index + 1);
  if (following === undefined) return [...before, page];
  const isMoved = following.token !== next;
  return [...before, page, isMoved ? { ...following, token: next, isStale: true } : following, ...later];
}

/** The rows of a list: its nodes in order. */
export interface Rows {
  readonly nodes: readonly ListedNode[];
  /** For each page, the number of rows before it. */
  readonly starts: readonly number[];
}

/** Joins pages. A node that has moved since one of them was read is shown once, where it comes first. */
export function rowsOf(pages: readonly LoadedPage[]): Rows {
  const seen = new Set<string>();
  const nodes: ListedNode[] = [];
  const starts: number[] = [];
  for (const page of pages) {
    starts.push(nodes.length);
    for (const node of page.nodes) {
      if (seen.has(node.nodeId)) continue;
      seen.add(node.nodeId);
      nodes.push(node);
    }
  }
  return { nodes, starts };
}

/** Returns the first and the last page with rows of a range. */
export function pagesOf({ starts }: Rows, first: number, last: number): readonly [number, number] {
  const pageOf = (row: number) =>
    Math.max(
      0,
      starts.findLastIndex((start) => start <= row),
    );
  return [pageOf(first), pageOf(last)];
}
