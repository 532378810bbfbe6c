import { describe, expect, it } from "@jest/globals";
import type { FactModel } from "../facts/fact-model.ts";
import { TestJob } from "../work/testing/test-job.ts";
import { addComparisons, compareInSlots, type SlotDifference } from "./compare-work.ts";

/** Facts are numbers, of which the largest one counts; the time of one is in its name. */
const MODEL: FactModel = {
  factsOf: () => [],
  factsIn: () => [],
  join: (_, a, b) => Math.max(Number(a), Number(b)),
  expiresAtMs: () => undefined,
  partsOf: (name, value) => [{ value, atMs: Number(name.split(" ")[1] ?? Number.NaN) }],
  followsFromSetting: () => false,
  saysWrong: (name) => name.startsWith("wrong"),
  describe: (name) => name,
};

/** A job of a partition with facts of one node: of the live slot, and of the other one. */
class CompareJob extends TestJob {
  readonly #lines: readonly string[];

  constructor(live: object, other: object, nodeId = "n1") {
    super();
    const line = (source: string, facts: object) =>
      JSON.stringify([source, nodeId, ...Object.entries(facts).flat()]);
    this.#lines = [line("stored", live), line("archived", other)];
  }

  override get model() {
    return MODEL;
  }

  override async *read() {
    yield { at: "0", lines: this.#lines };
  }
}

const TIMES = { fromMs: 1000, readAtMs: 5000 };
const compare = (live: object, other: object) => compareInSlots(new CompareJob(live, other), 0, TIMES);

describe("a comparison of slots", () => {
  it("a comparison of slots finds nothing where both have the same", async () => {
    const same = { "light 2000": 1, "heat 500": 2 };
    expect(await compare(same, same)).toEqual({ lost: 0, added: 0, corrected: 0, differences: [] });
  });

  it.each([
    ["lost", "a fact that only the live slot has", { "light 2000": 1 }, {}],
    ["lost", "one that is older than the archive", { "light 999": 1 }, {}],
    ["lost", "a value that is more than that of the other slot", { "light 2000": 2 }, { "light 2000": 1 }],
    ["added", "a fact that only the other slot has", {}, { "light 2000": 1 }],
    [
      "corrected",
      "a value that is less than that of the other slot",
      { "light 2000": 1 },
      { "light 2000": 2 },
    ],
    ["corrected", "what says that an item of the live slot is wrong", { "wrong 2000": 1 }, {}],
    ["added", "what says that an item of the other slot is wrong", {}, { "wrong 2000": 1 }],
  ] as const)("a comparison of slots says %s for %s", async (change, _, live, other) => {
    const counts = { lost: 0, added: 0, corrected: 0, [change]: 1 };
    const [name = ""] = Object.keys({ ...live, ...other });
    const found = await compare(live, other);
    expect(found).toMatchObject({ ...counts, differences: [{ nodeId: "n1", name, change }] });
    expect(found.differences).toHaveLength(1);
  });

  it("a comparison of slots shows both values of a difference", async () => {
    const { differences } = await compare({ "light 2000": 1 }, { "light 2000": 2 });
    expect(differences).toMatchObject([{ kind: "wrong", what: "light 2000", archived: "2", stored: "1" }]);
    const older = await compare({ "light 999": 1 }, {});
    expect(older.differences).toMatchObject([{ kind: "unexpected", archived: undefined, stored: "1" }]);
  });
});

describe("comparisons of partitions", () => {
  const difference = (change: SlotDifference["change"], nodeId: string): SlotDifference => ({
    ...{ change, nodeId, name: "light", what: "light", kind: "wrong", archived: "1", stored: "2" },
  });
  const comparison = (...differences: SlotDifference[]) => ({
    lost: 1,
    added: 20,
    corrected: 300,
    differences,
  });

  it("comparisons of partitions are added, and show first what would be lost and last what would be added", () => {
    const sum = addComparisons([
      comparison(difference("added", "n1"), difference("corrected", "n2")),
      comparison(difference("corrected", "n3"), difference("lost", "n4")),
      comparison(difference("lost", "n5")),
    ]);
    expect(sum).toMatchObject({ lost: 3, added: 60, corrected: 900 });
    expect(sum.differences.map(({ nodeId }) => nodeId)).toEqual(["n4", "n5", "n2", "n3", "n1"]);
    expect(addComparisons([])).toEqual({ lost: 0, added: 0, corrected: 0, differences: [] });
  });

  it("comparisons of partitions show twenty differences at most", () => {
    const many = Array.from({ length: 15 }, (_, index) => difference("added", `n${index}`));
    const sum = addComparisons([comparison(...many), comparison(...many)]);
    expect(sum.differences).toHaveLength(20);
  });
});
