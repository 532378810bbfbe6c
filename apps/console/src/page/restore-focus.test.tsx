import { expect, test } from "@jest/globals";
import { openDom } from "@rainhooks/page/testing/dom";
import { useRef } from "preact/hooks";

const dom = await openDom();
const { useFocusRestore } = await import("./restore-focus.ts");
const { Table } = await import("@rainhooks/page/table.jsx");

interface Row {
  readonly id: string;
  readonly isOpen: boolean;
}

function Page({ rows }: { readonly rows: readonly Row[] }) {
  const main = useRef<HTMLElement>(null);
  useFocusRestore(main);
  return (
    <main ref={main} tabIndex={-1}>
      <Table
        label="Alarms"
        columns={[{ title: "Alarm", cell: ({ id }) => id }]}
        rows={rows}
        keyOf={({ id }) => id}
        href={({ id }) => `/alarms/${id}`}
        actions={({ id, isOpen }) => isOpen && <button type="button">Acknowledge {id}</button>}
        bulk={(some) =>
          some.some(({ isOpen }) => isOpen) && <button type="button">Acknowledge these</button>
        }
      />
    </main>
  );
}

const open = (...ids: readonly string[]): Row[] => ids.map((id) => ({ id, isOpen: true }));
const show = (rows: readonly Row[]) => dom.show(() => <Page rows={rows} />);
const focused = () => dom.document.activeElement?.textContent;

test("the focus stays in the row whose button is gone, and in the list when the row is gone", async () => {
  await show(open("a", "b", "c"));
  dom.named("Acknowledge b").focus();
  await show([...open("a"), { id: "b", isOpen: false }, ...open("c")]);
  await dom.until(() => focused() === "b");
  dom.named("Acknowledge c").focus();
  await show([...open("a"), { id: "b", isOpen: false }]);
  await dom.until(() => focused() === "a");
  dom.named("Acknowledge a").focus();
  await show(open("d", "e"));
  await dom.until(() => focused() === "d");
});

test("the focus goes from the bar of selected rows to the list, and from what is no list to the page", async () => {
  await show(open("a", "b"));
  await dom.click("Select all of Alarms");
  dom.named("Acknowledge these").focus();
  await show(open("a", "b").map((row) => ({ ...row, isOpen: false })));
  await dom.until(() => focused() === "a");
  await show([]);
  await dom.until(() => dom.document.activeElement?.tagName === "MAIN");
  expect(focused()).toBe("");
});
