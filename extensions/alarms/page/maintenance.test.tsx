import { expect, test } from "@jest/globals";
import { openDom } from "@rainhooks/page/testing/dom";

const dom = await openDom();
const { Maintenance } = await import("./maintenance.tsx");
const { setParams } = await import("@rainhooks/page/address");

async function show(): Promise<void> {
  dom.respond({
    "/console/actions/maintenance": { text: "Maintenance planned." },
    "/v1/watch-rules": { rules: [], maintenance: [] },
  });
  await dom.show(() => <Maintenance />);
  await dom.until(() => dom.text().includes("None is planned"));
}

const NAME = expect.stringMatching(/^maintenance(-\d+){6}$/);

async function plan(): Promise<unknown> {
  await dom.click("Plan maintenance");
  await dom.until(() => dom.requests.some(({ body }) => body !== undefined));
  return dom.requests.findLast(({ body }) => body !== undefined)?.body;
}

test.each([
  ["", "all nodes", "", {}],
  ["tag", "nodes with the tag", "site:goa", { where: '"site:goa" in node.tags' }],
  ["type", "nodes of the type", 'a "lamp"', { where: 'node.type == "a \\"lamp\\""' }],
  ["id", "the node", " n1 ", { where: 'node.id == "n1"' }],
  ["firmware", "nodes with the firmware", "2.1.0", { where: 'node.firmware == "2.1.0"' }],
  ["cel", "nodes for which (CEL)", "node.model != 'x'", { where: "node.model != 'x'" }],
])("maintenance by %s, of %s %s, is about these", async (by, group, value, where) => {
  await show();
  await dom.type("of which nodes", by);
  if (value !== "") await dom.type(group, value);
  expect(await plan()).toEqual({ name: NAME, for: "2h", ...where });
});

test("maintenance says how many nodes are meant, and proposes what they have", async () => {
  const node = (nodeId: string, tag: string) => ({
    nodeId,
    tags: [tag],
    users: [],
    state: "online",
  });
  await show();
  dom.respond({
    "/v1/nodes?limit=100": {
      nodes: [node("a", "site:goa"), node("b", "site:pune"), node("c", "site:goa")],
    },
    "/v1/nodes?tag=site%3Agoa": { nodes: [node("a", "site:goa"), node("c", "site:goa")] },
    "/v1/nodes?tag=site%3Amars": { nodes: [] },
    "/console/search?id=a&kind=node": { hits: [{ kind: "node" }] },
  });
  await dom.show(() => <Maintenance key="nodes" />);
  await dom.until(() => dom.document.querySelectorAll("datalist option").length === 2);
  await dom.type("nodes with the tag", "site:goa");
  await dom.until(() => dom.text().includes("2 nodes are meant now."));
  await dom.type("nodes with the tag", "site:mars");
  await dom.until(() => dom.text().includes("No node is meant now."));
  await dom.type("of which nodes", "id");
  await dom.type("the node", "a");
  await dom.until(() => dom.text().includes("1 node is meant now."));
});

test("maintenance is planned in the time zone of the page, which stands at its start", async () => {
  setParams({ tz: "Asia/Tokyo" });
  await show();
  await dom.type("of which nodes", "");
  await dom.type("from when", "2026-12-02T12:00");
  expect(dom.text()).toContain("Asia/Tokyo; empty: now");
  expect(await plan()).toEqual({ name: NAME, for: "2h", from: Date.UTC(2026, 11, 2, 3) });
  setParams({ tz: "" });
});

test("maintenance of which nobody has said the nodes asks for none, and says what is refused at its fields", async () => {
  await show();
  const mistakes = [
    { field: "name", problem: "must be 1 to 50 lower-case letters." },
    { field: "where", problem: "must be a text of 1 to 2000 characters." },
  ];
  dom.respond({
    "/console/actions/maintenance": () => Response.json({ mistakes }, { status: 400 }),
  });
  await dom.type("name of the maintenance", "Move!");
  expect(await plan()).toEqual({ name: "Move!", for: "2h", where: "" });
  await dom.until(() => dom.text().includes("must be a text of 1 to 2000 characters."));
  const wrong = [...dom.document.querySelectorAll("[aria-invalid]")].map((one) =>
    one.getAttribute("name"),
  );
  expect(wrong).toEqual(["where", "name"]);
  expect(dom.document.querySelector(".failure")).toBe(null);
  expect((dom.named("name of the maintenance") as HTMLInputElement).value).toBe("Move!");
});

test("a second maintenance has another name than the first", async () => {
  await show();
  await dom.type("of which nodes", "");
  const first = await plan();
  await dom.type("of which nodes", "");
  await new Promise((resolve) => setTimeout(resolve, 1000));
  await dom.show(() => <Maintenance key="again" />);
  await dom.type("of which nodes", "");
  dom.requests.length = 0;
  expect(await plan()).not.toEqual(first);
});
