import { describe, expect, it } from "@jest/globals";
import { openDom } from "@rainhooks/page/testing/dom";
import fc from "fast-check";
import type { ListedNode, ListPage } from "./node-list.ts";

await openDom();
const { NodeList, pagesOf, rowsOf, withPage } = await import("./node-list.ts");

const nodeOf = (nodeId: string): ListedNode => ({ nodeId, state: "online", users: [], tags: [] });

/**
 * Reads the page after a token from a list of ids, as the stage does: a token is the last id before
 * the page.
 */
function readFrom(list: readonly string[], token: string | undefined, limit: number) {
  const rest = list.filter((id) => token === undefined || id > token);
  const ids = rest.slice(0, limit);
  return {
    nodes: ids.map((id) => nodeOf(id)),
    ...(rest.length > limit ? { next: ids.at(-1) ?? "" } : {}),
  };
}

const idsOf = (pages: readonly ListPage[]) => rowsOf(pages).nodes.map(({ nodeId }) => nodeId);

/** Reads all pages. */
function refresh(
  pages: readonly ListPage[],
  list: readonly string[],
  limit: number,
): readonly ListPage[] {
  let current = pages;
  for (let index = 0; index === 0 || current[index - 1]?.next !== undefined; index += 1)
    current = withPage(current, index, readFrom(list, current[index - 1]?.next, limit));
  return current;
}

const IDS = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 4 }), { maxLength: 40 });

describe("pages of a list that changes", () => {
  it("the pages are equal to the list after all of them were read again, whatever has changed", () => {
    fc.assert(
      fc.property(IDS, IDS, fc.integer({ min: 1, max: 9 }), (before, after, limit) => {
        const first = before.toSorted(compare);
        const second = after.toSorted(compare);
        const pages = refresh([], first, limit);
        expect(idsOf(pages)).toEqual(first);
        expect(idsOf(refresh(pages, second, limit))).toEqual(second);
      }),
    );
  });

  it("the pages never show a node twice while only some of them were read again", () => {
    fc.assert(
      fc.property(
        IDS,
        IDS,
        fc.nat(3),
        fc.integer({ min: 1, max: 9 }),
        (before, after, chosen, limit) => {
          const pages = refresh([], before.toSorted(compare), limit);
          const index = Math.min(chosen, pages.length - 1);
          const list = after.toSorted(compare);
          const ids = idsOf(withPage(pages, index, readFrom(list, pages[index - 1]?.next, limit)));
          expect(new Set(ids).size).toBe(ids.length);
        },
      ),
    );
  });

  it("pages are found by the positions of their rows", () => {
    const rows = rowsOf(refresh([], ["a", "b", "c", "d", "e"], 2));
    expect(rows.starts).toEqual([0, 2, 4]);
    expect(pagesOf(rows, 1, 2)).toEqual([0, 1]);
    expect(pagesOf(rows, 4, 99)).toEqual([2, 2]);
    expect(pagesOf({ starts: [] }, 0, 0)).toEqual([0, 0]);
  });
});

it("a page is never read twice at once: the older response could come last", async () => {
  const { signal } = new AbortController();
  const waiting: ((name: string) => void)[] = [];
  const list = new NodeList(
    () =>
      new Promise((resolve) => {
        waiting.push((name) => resolve({ nodes: [nodeOf(name)], read: 1 }));
      }),
  );
  const first = list.refresh(signal);
  const second = list.loadAhead(signal);
  await Promise.resolve();
  expect(waiting).toHaveLength(1);
  waiting[0]?.("read first");
  await Promise.all([first, second]);
  const again = list.refresh(signal);
  await Promise.resolve();
  waiting[1]?.("read last");
  await again;
  expect(list.rows?.nodes).toEqual([nodeOf("read last")]);
});

function compare(one: string, other: string): number {
  return one < other ? -1 : 1;
}
