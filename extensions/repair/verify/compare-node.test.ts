import { describe, expect, it } from "@jest/globals";
import type { FactModel } from "../facts/fact-model.ts";
import { type CompareContext, compareNode } from "./compare-node.ts";
import type { FactValues } from "./fact-spool.ts";

/**
 * Facts are the greatest of some times; those named `timeless` have none, nor have those named
 * `wrong`, which say that an item is wrong in itself; those of 1 are expired.
 */
const model: FactModel = {
  factsOf: () => [],
  factsIn: () => [],
  join: (_, a, b) => Math.max(Number(a), Number(b)),
  expiresAtMs: (_, value) => (value === 1 ? 0 : undefined),
  partsOf: (name, value) => [
    { value, atMs: name === "timeless" || name === "wrong" ? undefined : Number(value) },
  ],
  saysWrong: (name) => name === "wrong",
  describe: (name) => `the ${name}`,
};
const context: CompareContext = {
  model,
  fromMs: 100,
  readAtMs: 1000,
  isFromAsked: false,
  isIncomplete: false,
};
const compare = (values: FactValues, more: Partial<CompareContext> = {}, name = "time") =>
  compareNode("n", new Map([[name, values]]), { ...context, ...more });
const kinds = (...args: Parameters<typeof compare>) =>
  compare(...args).differences.map(({ kind }) => kind);

describe("the facts of a node", () => {
  it("the facts of a node are equal if the table has what follows from the archive", () => {
    expect(compare({ archived: 500, stored: 500 })).toEqual({
      compared: 1,
      differences: [],
      unjudged: { older: 0, rules: 0, unreadable: 0 },
      older: [],
      expired: 0,
    });
  });

  it("a fact that may be written yet is not missing, and is wrong as any other if it is there", () => {
    const awaiting = {
      ...model,
      isAwaited: (_: string, value: unknown, readAtMs: number) => value === readAtMs,
    };
    const awaited = { model: awaiting, readAtMs: 500 };
    expect(compare({ archived: 500 }, awaited)).toMatchObject({ compared: 0, differences: [] });
    expect(kinds({ archived: 501 }, awaited)).toEqual(["missing"]);
    expect(kinds({ archived: 500, stored: 400 }, awaited)).toEqual(["wrong"]);
  });

  it("the facts of a node may have anything between what was handled for sure and all that is archived", () => {
    for (const stored of [500, 550, 600])
      expect(compare({ archived: 500, younger: 600, stored })).toMatchObject({
        compared: 1,
        differences: [],
      });
    expect(kinds({ archived: 500, younger: 600, stored: 499 })).toEqual(["wrong"]);
    expect(kinds({ archived: 500, younger: 600, stored: 601 })).toEqual(["wrong"]);
    expect(compare({ younger: 600 })).toMatchObject({ compared: 0, differences: [] });
  });

  it("the facts of a node differ if one is missing, wrong, or said by no archived delivery", () => {
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

  it("the facts of a node cannot be judged if they come from before the archive, or before the range", () => {
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

  it("the facts of a node cannot be judged if they depend on rules that are not known, unless they are wrong whatever these were", () => {
    expect(compare({ archived: 500, unknown: 600, stored: 500 })).toMatchObject({
      compared: 0,
      unjudged: { rules: 1 },
    });
    expect(compare({ archived: 500, unknown: 400, stored: 500 })).toMatchObject({ compared: 1 });
    expect(compare({ unknown: 400 })).toMatchObject({ compared: 0, unjudged: { rules: 1 } });
    expect(kinds({ archived: 500, unknown: 600, stored: 700 })).toEqual(["wrong"]);
    expect(kinds({ archived: 500, unknown: 600, stored: 400 })).toEqual(["wrong"]);
  });

  it("the facts of a node are not compared when their time to live is over", () => {
    expect(compare({ archived: 1 })).toMatchObject({ compared: 0, expired: 1, differences: [] });
    expect(compare({ archived: 1, stored: 1 })).toMatchObject({
      compared: 0,
      expired: 1,
      differences: [],
    });
  });

  it("the facts of a node are past by what is archived, whatever the table says", () => {
    expect(kinds({ archived: 500, stored: 1 })).toEqual(["wrong"]);
    expect(kinds({ stored: 1 }, { fromMs: 0 })).toEqual(["unexpected"]);
    expect(compare({ archived: 1, stored: 500 })).toMatchObject({ compared: 0, expired: 1 });
  });

  it("the facts of a node say that an item is wrong in itself, also where others are older", () => {
    const facts = new Map([
      ["old", { stored: 50 }],
      ["wrong", { stored: 1e9 }],
    ]);
    for (const isFromAsked of [true, false])
      expect(compareNode("n", facts, { ...context, isFromAsked }).differences).toMatchObject([
        { name: "wrong", kind: "unexpected" },
      ]);
  });

  it("the facts of a node are not judged by what is missing where the archive cannot be read, only by what it has", () => {
    const broken = { isIncomplete: true };
    for (const values of [{ stored: 400 }, { archived: 500, stored: 601 }])
      expect(compare(values, broken)).toMatchObject({
        differences: [],
        unjudged: { unreadable: 1 },
      });
    expect(kinds({ archived: 500 }, broken)).toEqual(["missing"]);
    expect(kinds({ archived: 500, stored: 400 }, broken)).toEqual(["wrong"]);
    expect(kinds({ stored: 400 }, broken, "wrong")).toEqual(["unexpected"]);
    expect(compare({ archived: 500, stored: 500 }, broken)).toMatchObject({
      compared: 1,
      differences: [],
    });
  });
});
