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

const clear = () => {
  for (const name of [...NAMES, "state"]) setParams({ [name]: "" });
};
beforeEach(clear);

const LIST = new NodeList(() => Promise.reject(new Error("Nothing is read.")));
const bar = () => <FilterBar list={LIST} />;
const add = async (name: Name) => {
  await dom.type("Filter by", name);
  await dom.type(`Value of ${name === "longer" ? "offline longer than" : name}`, TEXTS[name]);
  await dom.click("Add");
};

test.each(
  NAMES.flatMap((first) => NAMES.filter((next) => next !== first).map((next) => [first, next] as const)),
)("the filter bar adds to a filter by %s one by %s", async (first, next) => {
  await dom.show(bar);
  await add(first);
  await add(next);
  expect(address.value.params).toMatchObject({ [first]: TEXTS[first], [next]: TEXTS[next] });
});

test("the filter bar adds all filters, one after the other, in any order", async () => {
  const orders = fc.shuffledSubarray(NAMES, { minLength: NAMES.length });
  await fc.assert(
    fc
      .asyncProperty(orders, async (names) => {
        await dom.show(() => <FilterBar key={names.join()} list={LIST} />);
        for (const name of names) await add(name);
        expect(address.value.params).toMatchObject(TEXTS);
      })
      .beforeEach(clear),
    { numRuns: 15 },
  );
});

test("the fields of a list are filled one after the other, in any order", async () => {
  const fields = [...NAMES.map((name) => [name, `of ${name}`] as const)];
  const orders = fc.shuffledSubarray(NAMES, { minLength: NAMES.length });
  await fc.assert(
    fc
      .asyncProperty(orders, async (names) => {
        await dom.show(() => <Filters key={names.join()} label="Deliveries" fields={fields} />);
        for (const name of names) await dom.type(`of ${name}`, TEXTS[name]);
        await dom.until(() => NAMES.every((name) => address.value.params[name] === TEXTS[name]));
      })
      .beforeEach(clear),
    { numRuns: 5 },
  );
});

test("a time that is none is not added, and what is typed stays when another filter is chosen", async () => {
  await dom.show(bar);
  await dom.type("Filter by", "longer");
  await dom.type("Value of offline longer than", "site:goa");
  await dom.click("Add");
  expect(address.value.params["longer"]).toBeUndefined();
  await dom.type("Filter by", "tag");
  await dom.click("Add");
  expect(address.value.params).toMatchObject({ tag: "site:goa" });
});

test.each([
  ["Search nodes", bar],
  ["Node id", () => <Filters label="Deliveries" fields={[["node", "Node id"]]} />],
])("what is still being typed as %s is not for the next page", async (name, filters) => {
  const [start, end] = [jest.spyOn(globalThis, "setTimeout"), jest.spyOn(globalThis, "clearTimeout")];
  await dom.show(filters);
  await dom.type(name, "austin");
  const typing = start.mock.results[start.mock.calls.findLastIndex(([, ms]) => ms === 400)]?.value;
  expect(typing).toBeDefined();
  end.mockClear();
  await dom.show(() => <p />);
  expect(end.mock.calls.flat()).toContain(typing);
  for (const spy of [start, end]) spy.mockRestore();
});
