import { beforeEach, describe, expect, it } from "@jest/globals";
import { openDom } from "@rainhooks/page/testing/dom";
import fc from "fast-check";

await openDom();
const { currentFilter, FILTER_NAMES, queryOf } = await import("./fleet/filter-bar.tsx");
const { go, hrefTo, idInAddress, address, setParams, replaceParams } = await import(
  "@rainhooks/page/address"
);
const { hrefOf } = await import("@rainhooks/page/api");

beforeEach(() => go("/nodes"));

describe("the filter in the address", () => {
  it("the filter has the parameters of the address, without empty ones; without any, there is no filter", () => {
    setParams({ state: "offline", tag: "a", other: "x", match: "" });
    expect(currentFilter()).toEqual({ state: "offline", tag: "a" });
    const all = Object.fromEntries(
      FILTER_NAMES.map((name) => [name, name === "longer" ? "1d" : `${name}-1`]),
    );
    setParams(all);
    expect(currentFilter()).toEqual(all);
    expect(FILTER_NAMES).toEqual(["state", "longer", "firmware", "type", "tag", "user", "match"]);
  });

  it("the filter orders nodes by newest first only where it lists nodes by time", () => {
    for (const [state, order] of [
      [undefined, "newest"],
      ["offline", "newest"],
      ["online", undefined],
    ] as const) {
      setParams({ sort: "state", state });
      expect(currentFilter().order).toBe(order);
    }
    setParams({ sort: "-state", state: "offline" });
    expect(currentFilter()).toEqual({ state: "offline" });
  });

  it("the filter has a time only if the parameter is a duration", () => {
    for (const longer of ["soon", "0d", "1"]) {
      setParams({ longer, state: "offline" });
      expect(currentFilter()).toStrictEqual({ state: "offline" });
    }
    setParams({ longer: "2h" });
    expect(currentFilter()).toStrictEqual({ state: "offline", longer: "2h" });
    setParams({ longer: "" });
    expect(currentFilter()).toStrictEqual({ state: "offline" });
  });

  it("a filter without a time is queried unchanged", () => {
    expect(queryOf({ state: "online", order: "newest" }, 5)).toEqual({
      state: "online",
      order: "newest",
    });
  });
});

describe("an address of the page", () => {
  it("an address has its parameters, without the empty ones", () => {
    const params = fc.dictionary(
      fc.stringMatching(/^[a-z]{1,5}$/),
      fc.option(fc.string({ unit: "grapheme" }), { nil: undefined }),
    );
    fc.assert(
      fc.property(params, (given) => {
        const { pathname, searchParams } = new URL(hrefOf("/a", given), "http://x");
        expect(pathname).toBe("/a");
        const expected = Object.entries(given).filter(
          ([, value]) => value !== undefined && value !== "",
        );
        expect([...searchParams]).toEqual(
          expected.map(([name, value]) => [name, value?.toWellFormed()]),
        );
      }),
    );
    expect(hrefOf("/a", {})).toBe("/a");
  });

  it("the address of a thing has its id, whatever characters the id has, and the time zone", () => {
    setParams({ tz: "Asia/Kolkata", state: "offline" });
    const href = hrefTo("nodes" as Parameters<typeof hrefTo>[0], "a/b?c ü", { range: "1h" });
    expect(href).toBe("/nodes/a%2Fb%3Fc%20%C3%BC?range=1h&tz=Asia%2FKolkata");
    go(href);
    expect(idInAddress()).toBe("a/b?c ü");
    expect(address.value.params).toEqual({ range: "1h", tz: "Asia/Kolkata" });
    go("/nodes");
    expect(idInAddress()).toBe("");
    go("/nodes/k%C3");
    expect(idInAddress()).toBe("k%C3");
  });

  it("a choice adds a step to the browser's history, typing does not", () => {
    const before = history.length;
    replaceParams({ match: "a" });
    replaceParams({ match: "ab" });
    expect([history.length, address.value.params, location.search]).toEqual([
      before,
      { match: "ab" },
      "?match=ab",
    ]);
    setParams({ match: undefined, state: "online" });
    expect([history.length, address.value.params]).toEqual([before + 1, { state: "online" }]);
    const same = address.value;
    setParams({ state: "online" });
    expect([history.length, address.value]).toEqual([before + 1, same]);
  });
});
