import { expect, test } from "@jest/globals";
import { openDom } from "../testing/dom.ts";

const dom = await openDom();
const { Maintenance } = await import("./maintenance.tsx");

/** Plans maintenance of some nodes, and returns what is asked of the stage. */
async function planned(group: string, value: string): Promise<unknown> {
  dom.answer({ "/console/actions/maintenance": { text: "Planned." } });
  await dom.show(() => <Maintenance of={[]} onDone={() => undefined} />);
  await dom.type("of which nodes", group);
  if (value !== "") await dom.type(group, value);
  await dom.click("Plan maintenance");
  await dom.click("Yes");
  await dom.until(() => dom.text().includes("Planned."));
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
