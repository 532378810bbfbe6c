import { beforeEach, expect, jest, test } from "@jest/globals";
import { openDom } from "@rainhooks/page/testing/dom";
import fc from "fast-check";

const dom = await openDom();
const { FilterBar } = await import("./filter-bar.tsx");
const { NodeList } = await import("./node-list.ts");
const { Filters } = await import("@rainhooks/page/filters.jsx");
const { address, setParams } = await import("@rainhooks/page/address");

const TEXTS = { longer: "1d", tag: "site:austin", firmware: "1.2.0", type: "Light", user: "ann" };
type Name = keyof typeof TEXTS;
const NAMES = Object.keys(TEXTS) as Name[];

const TITLES: Readonly<Record<Name, string>> = {
  longer: "Offline longer than, such as 1d",
  tag: "Tag, such as site:goa",
  firmware: "Firmware",
  type: "Type",
  user: "User",
};
const clear = () => setParams(Object.fromEntries(NAMES.map((name) => [name, ""])));
beforeEach(clear);

const LIST = new NodeList(() => Promise.reject(new Error("Nothing is read.")));
const bar = () => <FilterBar list={LIST} />;
test("the fields of a list are filled one after the other, in any order", async () => {
  const orders = fc.shuffledSubarray(NAMES, { minLength: NAMES.length });
  await fc.assert(
    fc
      .asyncProperty(orders, async (names) => {
        await dom.show(() => <FilterBar key={names.join()} list={LIST} />);
        for (const name of names) await dom.type(TITLES[name], TEXTS[name]);
        await dom.until(() => NAMES.every((name) => address.value.params[name] === TEXTS[name]));
      })
      .beforeEach(clear),
    { numRuns: 5 },
  );
});

test("a time that is none does not filter, and what is cleared filters no more", async () => {
  await dom.show(bar);
  await dom.type(TITLES.longer, "site:goa");
  await dom.type(TITLES.tag, "site:goa");
  await dom.until(() => address.value.params["tag"] === "site:goa");
  expect(address.value.params["longer"]).toBeUndefined();
  await dom.click("Clear");
  expect(address.value.params).toEqual({});
  await dom.until(() => (dom.named(TITLES.tag) as HTMLInputElement).value === "");
});

test("the seldom filters stay open while a value of them is written anew", async () => {
  await dom.show(bar);
  const isOpen = () => dom.document.querySelector("details")?.open;
  expect(isOpen()).toBe(false);
  await dom.type(TITLES.tag, "site:goa");
  await dom.until(() => address.value.params["tag"] === "site:goa");
  await dom.type(TITLES.tag, "");
  await dom.until(() => address.value.params["tag"] === undefined && !dom.text().includes("Clear"));
  expect(isOpen()).toBe(true);
});

test.each([
  ["Search nodes", bar],
  ["Node id", () => <Filters label="Deliveries" fields={[{ name: "node", title: "Node id" }]} />],
])("what is still being typed as %s is not for the next page", async (name, filters) => {
  const start = jest.spyOn(globalThis, "setTimeout");
  const end = jest.spyOn(globalThis, "clearTimeout");
  await dom.show(filters);
  await dom.type(name, "austin");
  const typing = start.mock.results[start.mock.calls.findLastIndex(([, ms]) => ms === 400)]?.value;
  expect(typing).toBeDefined();
  end.mockClear();
  await dom.show(() => <p />);
  expect(end.mock.calls.flat()).toContain(typing);
  for (const spy of [start, end]) spy.mockRestore();
});
