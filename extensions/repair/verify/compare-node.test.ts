import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import type { FactModel } from "../facts/fact-model.ts";
import { type CompareContext, compareNode, equalNode } from "./compare-node.ts";
import type { FactValues } from "./fact-spool.ts";

/**
 * Facts are the greatest of some times; those named `timeless` have none, those of 1 are expired, and those
 * of `set` and `known set` follow from a setting; that of the second was known before.
 */
const model: FactModel = {
  webhook: "w",
  factsOf: () => [],
  factsIn: () => [],
  join: (_, a, b) => Math.max(Number(a), Number(b)),
  expiresAtMs: (_, value) => (value === 1 ? 0 : undefined),
  partsOf: (name, value) => [{ value, atMs: name === "timeless" ? undefined : Number(value) }],
  followsFromSetting: (name) => name === "set" || name === "known set",
  underEarlierSettings: (name) => (name === "known set" ? [1, 300] : []),
  saysWrong: () => false,
  describe: (name) => `the ${name}`,
};
const context: CompareContext = { model, fromMs: 100, isFromAsked: false, readAtMs: 1000 };
const compare = (values: FactValues, more: Partial<CompareContext> = {}, name = "time") =>
  compareNode("n", new Map([[name, values]]), { ...context, ...more });
const kinds = (...args: Parameters<typeof compare>) => compare(...args).differences.map(({ kind }) => kind);

describe("the facts of a node", () => {
  it("are equal if the table has what follows from the archive", () => {
    expect(compare({ archived: 500, stored: 500 })).toEqual({
      compared: 1,
      differences: [],
      unjudged: { older: 0, rules: 0, settings: 0 },
      older: [],
      expired: 0,
    });
  });

  it("may have anything between what was handled for sure and all that is archived", () => {
    for (const stored of [500, 550, 600])
      expect(compare({ archived: 500, younger: 600, stored })).toMatchObject({
        compared: 1,
        differences: [],
      });
    expect(kinds({ archived: 500, younger: 600, stored: 499 })).toEqual(["wrong"]);
    expect(kinds({ archived: 500, younger: 600, stored: 601 })).toEqual(["wrong"]);
    expect(compare({ younger: 600 })).toMatchObject({ compared: 0, differences: [] });
  });

  it("differ if one is missing, wrong, or said by no archived delivery", () => {
    expect(compare({ archived: 500 }).differences).toEqual([
      {
        nodeId: "n",
        name: "time",
        what: "the time",
        kind: "missing",
        archived: "500",
        stored: undefined,
      },
    ]);
    expect(kinds({ archived: 500, stored: 400 })).toEqual(["wrong"]);
    expect(kinds({ stored: 400 })).toEqual(["unexpected"]);
  });

  it("cannot be judged if they come from before the archive, or before the range", () => {
    expect(compare({ stored: 50 })).toMatchObject({ differences: [], unjudged: { older: 1 } });
    expect(kinds({ stored: 400 }, {}, "timeless")).toEqual(["unexpected"]);
    expect(compare({ stored: 400 }, { isFromAsked: true }, "timeless")).toMatchObject({
      unjudged: { older: 1 },
    });
    const both = compareNode(
      "n",
      new Map([
        ["old", { stored: 50 }],
        ["timeless", { stored: 1e9 }],
      ]),
      context,
    );
    expect(both).toMatchObject({ differences: [], unjudged: { older: 2 } });
  });

  it("cannot be judged if they depend on rules that are not known, unless they are wrong whatever these were", () => {
    expect(compare({ archived: 500, unknown: 600, stored: 500 })).toMatchObject({
      compared: 0,
      unjudged: { rules: 1 },
    });
    expect(compare({ archived: 500, unknown: 400, stored: 500 })).toMatchObject({ compared: 1 });
    expect(compare({ unknown: 400 })).toMatchObject({ compared: 0, unjudged: { rules: 1 } });
    expect(kinds({ archived: 500, unknown: 600, stored: 700 })).toEqual(["wrong"]);
    expect(kinds({ archived: 500, unknown: 600, stored: 400 })).toEqual(["wrong"]);
  });

  it("cannot be judged if they follow from a setting, and are not compared when their time to live is over", () => {
    expect(compare({ archived: 500, stored: 400 }, {}, "set")).toMatchObject({ unjudged: { settings: 1 } });
    expect(compare({ archived: 500, stored: 400 }, {}, "known set")).toMatchObject({
      unjudged: { settings: 1 },
    });
    expect(compare({ archived: 1 })).toMatchObject({ compared: 0, expired: 1, differences: [] });
    expect(compare({ stored: 1 })).toMatchObject({ compared: 0, expired: 1, differences: [] });
  });

  it("are judged by a setting of before that is known, and cannot be if they may have been deleted by it", () => {
    expect(compare({ archived: 500, stored: 300 }, {}, "known set")).toMatchObject({
      compared: 1,
      unjudged: { settings: 0 },
    });
    expect(compare({ archived: 500 }, {}, "known set")).toMatchObject({
      unjudged: { settings: 1 },
      differences: [],
    });
    expect(compare({ archived: 500, unknown: 600, stored: 300 }, {}, "known set")).toMatchObject({
      unjudged: { settings: 1 },
    });
  });

  it("are equal at a glance only if a look at each says so", () => {
    const value = fc.option(fc.integer({ min: 0, max: 5 }), { nil: undefined });
    const values = fc.record({ archived: value, younger: value, unknown: value }).map((one) => {
      const known = Object.entries(one).filter(([, number]) => number !== undefined);
      const numbers = known.map(([, number]) => Number(number));
      return {
        ...Object.fromEntries(known),
        ...(numbers.length === 0 ? {} : { stored: Math.max(...numbers) }),
      };
    });
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom("a", "b", "set"), values), (facts) => {
        const some = new Map(Object.entries(facts));
        const equal = equalNode(some, context);
        if (equal !== undefined) expect(compareNode("n", some, context)).toEqual(equal);
      }),
    );
  });
});
