import { expect, test } from "@jest/globals";
import { openDom } from "@rainhooks/page/testing/dom";

const dom = await openDom();
const { Drops } = await import("@rainhooks/extensions/alarms/page/drops.jsx");
const { Views } = await import("./views.tsx");
const { address, setParams } = await import("@rainhooks/page/address");

const groups = [
  { group: "1.1.0", nodes: 300, offline: 12, drops: 900, perNodeDay: 3 },
  { nodes: 20, offline: 0, drops: 1, perNodeDay: 0.05 },
];

test("which firmware drops most is counted when somebody asks, and a click shows its nodes", async () => {
  dom.answer({
    "/console/drops": { by: "firmware", fromMs: 0, toMs: 1, nodes: 320, groups, all: 2, isCut: false },
  });
  await dom.show(() => <Drops />);
  expect(dom.requests).toEqual([]);
  await dom.type("In which time drops count", "7d");
  await dom.click("Count");
  await dom.until(() => dom.text().includes("1.1.0"));
  expect(dom.requests).toEqual([{ path: "/console/drops?by=firmware&range=7d" }]);
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

test("a view is an address under a name; it is kept in this browser, and forgotten", async () => {
  setParams({ firmware: "", state: "offline", longer: "1d", tag: "site:pune" });
  await dom.show(() => <Views />);
  await dom.type("Name of this view", "long gone in Pune");
  await dom.click("Keep this view");
  await dom.until(() => dom.text().includes("long gone in Pune"));
  const link = dom.named("long gone in Pune").getAttribute("href");
  expect(link).toBe("/?state=offline&longer=1d&tag=site%3Apune");
  setParams({ state: "", longer: "", tag: "" });
  await dom.show(() => <Views />);
  expect(dom.named("long gone in Pune").getAttribute("href")).toBe(link);
  await dom.click("Forget the view long gone in Pune");
  await dom.until(() => !dom.text().includes("Pune"));
  expect(localStorage.getItem("rainhooks-views")).toBe("[]");
});

test("what something else has written in the place of views is no view", async () => {
  for (const text of [
    "{",
    "null",
    "[null,1]",
    '[{"name":1,"params":{}}]',
    '[{"name":"a","params":{"tag":1}}]',
  ]) {
    localStorage.setItem("rainhooks-views", text);
    await dom.show(() => <Views key={text} />);
    expect(dom.text()).toBe("");
  }
});
