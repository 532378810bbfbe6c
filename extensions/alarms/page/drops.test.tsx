import { expect, test } from "@jest/globals";
import { openDom } from "@rainhooks/page/testing/dom";

const dom = await openDom();
const { Drops } = await import("./fleet-alarms.tsx");
const { address } = await import("@rainhooks/page/address");

const groups = [
  { group: "1.1.0", nodes: 300, offline: 12, drops: 900, perNodeDay: 3 },
  { nodes: 20, offline: 0, drops: 1, perNodeDay: 0.05 },
];

test("which firmware drops most is counted when somebody asks, and a click shows its nodes", async () => {
  dom.respond({
    "/console/reads/countDrops": { by: "firmware", fromMs: 0, toMs: 1, nodes: 320, groups },
  });
  await dom.show(() => <Drops />);
  expect(dom.requests).toEqual([]);
  await dom.type("In which time drops count", "7d");
  await dom.click("Count");
  await dom.until(() => dom.text().includes("1.1.0"));
  expect(dom.requests).toEqual([{ path: "/console/reads/countDrops?by=firmware&from=7d" }]);
  const rows = [...dom.document.querySelectorAll("tbody tr")].map((row) =>
    [...row.querySelectorAll("td")].map((cell) => cell.textContent),
  );
  expect(rows).toEqual([
    ["1.1.0", "300", "12", "900", "3.00", ""],
    ["not known", "20", "0", "1", "0.05", ""],
  ]);
  await dom.click("1.1.0");
  expect(address.value.params).toEqual({ firmware: "1.1.0" });
});
