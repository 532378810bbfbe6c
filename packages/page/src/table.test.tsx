import { expect, test } from "@jest/globals";
import { openDom } from "./testing/dom.ts";

const dom = await openDom();
const { Table } = await import("./table.tsx");
const { Text } = await import("./text.tsx");
const { setParams } = await import("./address.ts");

interface Row {
  readonly id: string;
  readonly count?: number;
}

const ROWS: readonly Row[] = [{ id: "b", count: 2 }, { id: "c" }, { id: "a", count: 10 }];

function show(rows: readonly Row[]) {
  return dom.show(() => (
    <Table
      label="Things"
      columns={[
        { name: "id", title: "Id", cell: ({ id }) => id, order: ({ id }) => id, kind: "id" },
        {
          name: "count",
          title: "Count",
          cell: ({ count }) => count ?? "–",
          order: ({ count }) => count,
        },
      ]}
      rows={rows}
      keyOf={({ id }) => id}
      detail={({ id }) => `about ${id}`}
      bulk={(chosen) => <i>{chosen.map(({ id }) => id).join()}</i>}
      empty="No things yet."
    />
  ));
}

const ids = () => [...dom.document.querySelectorAll("tbody td.id")].map((cell) => cell.textContent);

test("a head sorts the rows, then from the end, then not; rows without a value are the last", async () => {
  await show(ROWS);
  for (const expected of ["b,a,c", "a,b,c", "b,c,a"]) {
    await dom.click(
      dom.text().includes("↑") ? "Count ↑" : dom.text().includes("↓") ? "Count ↓" : "Count",
    );
    expect(ids().join()).toBe(expected);
  }
  expect(dom.document.querySelector("th.count")?.getAttribute("aria-sort")).toBe("none");
});

test("a text of blanks is shown as none: it would be a link without a text", async () => {
  await dom.show(() => <Text of={"  "} />);
  expect(dom.text()).toBe("–");
});

test("a column in which no row has a value is not there", async () => {
  await show([{ id: "a" }, { id: "b" }]);
  expect(dom.document.querySelector("th.count")).toBe(null);
  await show(ROWS);
  expect(dom.document.querySelector("th.count")).not.toBe(null);
});

test("selected rows are given to the bar, also after the list has changed", async () => {
  await show(ROWS);
  await dom.click("Select a");
  await dom.click("Select b");
  expect(dom.document.querySelector(".bulk i")?.textContent).toBe("b,a");
  await show(ROWS.slice(1));
  expect(dom.document.querySelector(".bulk i")?.textContent).toBe("a");
  await dom.click("Select all of Things");
  expect(dom.document.querySelector(".bulk i")?.textContent).toBe("c,a");
  await dom.click("Clear");
  expect(dom.document.querySelector(".bulk")).toBe(null);
});

test("a row opens, and the address says which one", async () => {
  await show(ROWS);
  await dom.click("a");
  expect([dom.text().includes("about a"), location.search]).toEqual([true, "?open=a"]);
  await dom.click("a");
  expect([dom.text().includes("about a"), location.search]).toEqual([false, ""]);
});

test("keys go from row to row, and select one", async () => {
  await show(ROWS);
  dom.named("b").focus();
  const press = (key: string) =>
    document.activeElement?.dispatchEvent(
      new window.KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }),
    );
  press("ArrowDown");
  expect(document.activeElement?.textContent).toBe("c");
  press("k");
  press("k");
  expect(document.activeElement?.textContent).toBe("b");
  press("x");
  await dom.until(() => dom.text().includes("1 selected"));
});

test("keys with Ctrl, of a dialog and of a table in a row do nothing in the table around", async () => {
  await dom.show(() => (
    <Table
      label="Outer"
      columns={[{ name: "id", title: "Id", cell: ({ id }) => id }]}
      rows={ROWS}
      keyOf={({ id }) => id}
      bulk={() => "chosen"}
      actions={({ id }) => (
        <dialog>
          <button type="button">No {id}</button>
        </dialog>
      )}
    />
  ));
  const press = (name: string, more: KeyboardEventInit) =>
    dom.named(name).dispatchEvent(new window.KeyboardEvent("keydown", { bubbles: true, ...more }));
  press("No b", { key: "x" });
  press("Select a", { key: "x", ctrlKey: true });
  press("Select c", { key: "x" });
  await dom.until(() => dom.text().includes("1 selected"));
});

test("of many rows, only those near the window are drawn, and all are counted", async () => {
  setParams({ sort: "" });
  await show(Array.from({ length: 20_000 }, (_, index) => ({ id: `n${index}` })));
  expect(dom.document.querySelector("table")?.getAttribute("aria-rowcount")).toBe("20001");
  expect(ids()).toHaveLength(50);
});

test("a table without rows says why", async () => {
  await show([]);
  expect(dom.text()).toBe("No things yet.");
});
