import { expect, test } from "@jest/globals";
import { openDom } from "@rainhooks/page/testing/dom";

const dom = await openDom();
const { Maintenance } = await import("./maintenance.tsx");
const { setParams } = await import("@rainhooks/page/address");

/** Plans maintenance of some nodes, and returns what is asked of the stage. */
async function planned(group: string, value: string): Promise<unknown> {
  dom.answer({ "/console/actions/maintenance": { toMs: 0 } });
  await dom.show(() => <Maintenance of={[]} onDone={() => undefined} />);
  await dom.type("of which nodes", group);
  if (value !== "") await dom.type(group, value);
  await dom.click("Plan maintenance");
  await dom.click("Yes");
  await dom.until(() => dom.text().includes("Nothing is sent until"));
  return dom.requests.at(-1)?.body;
}

test.each([
  ["all nodes", "", {}],
  ["nodes with the tag", "site:goa", { where: '"site:goa" in node.tags' }],
  ["nodes of the type", 'a "lamp"', { where: 'node.type == "a \\"lamp\\""' }],
  ["the node", " n1 ", { where: 'node.id == "n1"' }],
  ["nodes with the firmware", "2.1.0", { where: 'node.firmware == "2.1.0"' }],
  ["nodes for which (CEL)", "node.model != 'x'", { where: "node.model != 'x'" }],
])("maintenance of %s %s is about these", async (group, value, where) => {
  expect(await planned(group, value)).toEqual({ name: "maintenance", for: "2h", ...where });
});

test("maintenance is planned in the time zone of the page, and everything about it is said in that", async () => {
  setParams({ tz: "Asia/Tokyo" });
  const fromMs = Date.UTC(2026, 11, 2, 3);
  dom.answer({ "/console/actions/maintenance": { toMs: fromMs + 3_600_000 } });
  await dom.show(() => <Maintenance of={[]} onDone={() => undefined} />);
  await dom.type("from when", "2026-12-02T12:00");
  await dom.type("for how long", "1h");
  await dom.click("Plan maintenance");
  expect(dom.text()).toContain("within 1h from 2026-12-02 12:00 Asia/Tokyo on?");
  await dom.click("Yes");
  await dom.until(() => dom.text().includes("Nothing is sent until 2026-12-02 13:00:00 about"));
  expect(dom.requests.at(-1)?.body).toEqual({ name: "maintenance", for: "1h", from: fromMs });
  setParams({ tz: "" });
});

test("a name is proposed that no planned maintenance has, also for the next one", async () => {
  let names: string[] = [];
  dom.answer({
    "/console/actions/maintenance": ({ body }: { readonly body?: unknown }) => {
      names = [...names, (body as { readonly name: string }).name];
      return { toMs: 0 };
    },
  });
  const show = () =>
    dom.show(() => (
      <Maintenance of={names.map((name) => ({ name, fromMs: 0, toMs: 1 }))} onDone={() => undefined} />
    ));
  for (const [typed, expected] of [
    [undefined, "maintenance"],
    ["maintenance-3", "maintenance-3"],
    [undefined, "maintenance-2"],
    [undefined, "maintenance-4"],
  ] as const) {
    await show();
    if (typed !== undefined) await dom.type("name of the maintenance", typed);
    await dom.click("Plan maintenance");
    await dom.click("Yes");
    await dom.until(() => names.at(-1) === expected);
    await dom.until(() => dom.text().includes("Nothing is sent until"));
  }
});
