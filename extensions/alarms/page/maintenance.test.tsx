import { expect, test } from "@jest/globals";
import { openDom } from "@rainhooks/page/testing/dom";

const dom = await openDom();
const { Maintenance } = await import("./maintenance.tsx");
const { setParams } = await import("@rainhooks/page/address");

async function show(names: readonly string[] = []): Promise<void> {
  dom.answer({
    "/console/actions/maintenance": { text: "Maintenance planned." },
    "/v1/watch-rules": {
      rules: [],
      maintenance: names.map((name) => ({ name, fromMs: Date.now(), toMs: Date.now() + 1 })),
    },
  });
  await dom.show(() => <Maintenance />);
  await dom.until(() => dom.text().includes(names[0] ?? "None is planned"));
}

async function plan(): Promise<unknown> {
  await dom.click("Plan maintenance");
  await dom.click("Yes");
  await dom.until(() => dom.document.querySelector("dialog") === null);
  return dom.requests.findLast(({ path }) => path.endsWith("/maintenance"))?.body;
}

test.each([
  ["all nodes", "", {}],
  ["nodes with the tag", "site:goa", { where: '"site:goa" in node.tags' }],
  ["nodes of the type", 'a "lamp"', { where: 'node.type == "a \\"lamp\\""' }],
  ["the node", " n1 ", { where: 'node.id == "n1"' }],
  ["nodes with the firmware", "2.1.0", { where: 'node.firmware == "2.1.0"' }],
  ["nodes for which (CEL)", "node.model != 'x'", { where: "node.model != 'x'" }],
])("maintenance of %s %s is about these", async (group, value, where) => {
  await show();
  await dom.type("of which nodes", group);
  if (value !== "") await dom.type(group, value);
  expect(await plan()).toEqual({ name: "maintenance", for: "2h", ...where });
});

test("maintenance is planned in the time zone of the page, and everything about it is said in that", async () => {
  setParams({ tz: "Asia/Tokyo" });
  await show();
  await dom.type("from when", "2026-12-02T12:00");
  await dom.type("for how long", "1h");
  await dom.click("Plan maintenance");
  expect(dom.text()).toContain("within 1h from 2026-12-02 12:00 Asia/Tokyo on?");
  await dom.click("No");
  expect(await plan()).toEqual({ name: "maintenance", for: "1h", from: Date.UTC(2026, 11, 2, 3) });
  setParams({ tz: "" });
});

test.each([
  [[], undefined, "maintenance"],
  [["maintenance"], undefined, "maintenance-2"],
  [["maintenance", "maintenance-2"], "mine", "mine"],
])("a name is proposed that none of %j has, unless one is written", async (names, typed, expected) => {
  await show(names);
  if (typed !== undefined) await dom.type("name of the maintenance", typed);
  expect(await plan()).toMatchObject({ name: expected });
});
