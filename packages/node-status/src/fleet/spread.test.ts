import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { decodeSample, encodeSample, sampleOf } from "./sample.ts";
import { FirmwareTally, MAX_COMMON } from "./spread.ts";

/** Texts that could do harm as keys, on a terminal, or by their size. */
const HOSTILE = [
  "__proto__",
  "constructor",
  "toString",
  "\u001b[2J",
  "a\u0000b",
  "x".repeat(10_000),
  "\ud800",
];

const firmwares = fc.array(
  fc.option(fc.oneof(fc.constantFrom(...HOSTILE), fc.constantFrom("1.0", "1.1", ""), fc.string()), {
    nil: undefined,
  }),
  { maxLength: 300 },
);

function tallyOf(texts: readonly (string | undefined)[]) {
  const tally = new FirmwareTally();
  for (const text of texts) tally.add(text);
  return tally;
}

/** Counts as simply as possible. */
function naive(texts: readonly (string | undefined)[]): [string, number][] {
  const shortened = texts
    .filter((text) => text !== undefined && text !== "")
    .map((text) => cutOf(text ?? ""));
  return [...new Set(shortened)].map((text) => [
    text,
    shortened.filter((other) => other === text).length,
  ]);
}

function cutOf(text: string): string {
  return text.slice(0, 100).toWellFormed();
}

describe("the spread of firmware", () => {
  it("the spread has the most common firmwares of any nodes, and adds up to all nodes", () => {
    const property = fc.property(firmwares, (texts) => {
      const tally = tallyOf(texts);
      const { common, others, unknown } = tally.spread();
      const counted = new Map(naive(texts));
      expect(tally.all).toBe(texts.length);
      expect(common.reduce((sum, { nodes }) => sum + nodes, others + unknown)).toBe(texts.length);
      expect(common).toHaveLength(Math.min(MAX_COMMON, counted.size));
      const smallest = common.at(-1)?.nodes ?? 0;
      for (const { firmware, nodes } of common)
        expect([firmware, nodes]).toEqual([firmware, counted.get(firmware)]);
      const listed = new Set(common.map(({ firmware }) => firmware));
      for (const [text, nodes] of counted)
        if (!listed.has(text)) expect(nodes).toBeLessThanOrEqual(smallest);
      expect(common.map(({ nodes }) => nodes)).toEqual(
        common.map(({ nodes }) => nodes).toSorted((a, b) => b - a),
      );
    });
    fc.assert(property);
  });

  it("the spread is the same after it was stored", () => {
    const property = fc.property(
      firmwares,
      fc.nat(1000),
      fc.nat(1000),
      (texts, offline, unknown) => {
        const tally = tallyOf(texts);
        const counts = { all: tally.all, firmware: tally.spread(), offline, unknown };
        const sample = sampleOf({
          ...counts,
          atMs: 1_700_000_040_000,
          countedAtMs: 1_700_000_000_000,
        });
        expect(decodeSample(encodeSample(sample, 400))).toEqual(sample);
        const isKnown = offline + unknown <= tally.all;
        expect(sample.all).toBe(isKnown ? tally.all : undefined);
        expect(sample.online).toBe(isKnown ? tally.all - offline - unknown : undefined);
      },
    );
    fc.assert(property);
  });

  it("the spread needs memory for 10,000 different firmwares only, and is small for any texts of devices", () => {
    const texts = Array.from({ length: 30_000 }, (_, index) => `${index} ${"温".repeat(5000)}`);
    const tally = tallyOf(["1.0", ...texts, "1.0"]);
    const { common, others, unknown } = tally.spread();
    expect(common[0]).toEqual({ firmware: "1.0", nodes: 2 });
    expect([tally.all, common.length, others, unknown]).toEqual([30_002, 50, 30_002 - 51, 0]);
    expect(Math.max(...common.map(({ firmware }) => firmware.length))).toBe(100);
    const sample = sampleOf({
      all: tally.all,
      firmware: tally.spread(),
      offline: 0,
      unknown: 0,
      atMs: 0,
      countedAtMs: 0,
    });
    expect(JSON.stringify(encodeSample(sample, 1)).length).toBeLessThan(20_000);
  });
});
