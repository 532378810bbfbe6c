import { expect, test } from "@jest/globals";
import { collect } from "@rainhooks/core/collections";
import fc from "fast-check";
import { textLines } from "./text-lines.ts";

const DELIVERY = { sentAtMs: 5, topic: "t", attributes: {}, body: "{}" };
const MAX_LINE_BYTES = 4 * 1024 * 1024;

/** A line of an object: a delivery with an id, nothing, or something else. */
const anyLine = fc.oneof(
  { weight: 4, arbitrary: fc.string().map((id) => JSON.stringify({ ...DELIVERY, id })) },
  fc.constant(""),
  fc.constantFrom("x", "{}", "[]", " ", "ünö", '{"id":'),
);

/** Cuts bytes into chunks of some sizes, in turn. */
async function* chunksOf(bytes: Buffer, sizes: readonly number[]): AsyncGenerator<Buffer> {
  for (let start = 0, turn = 0; start < bytes.length; turn += 1) {
    const end = start + (sizes[turn % sizes.length] ?? 1);
    yield bytes.subarray(start, end);
    start = end;
  }
}

/** What an object's lines are, the plain way. */
function expectedOf(text: string, after: number) {
  const numbered = text.split("\n").map((line, index) => ({ line: index + 1, text: line }));
  const some = numbered.filter((one) => one.line > after && one.text !== "");
  const isDelivery = (one: { readonly text: string }) => one.text.startsWith('{"sentAtMs":5');
  return {
    deliveries: some
      .filter(isDelivery)
      .map((one) => ({ line: one.line, delivery: JSON.parse(one.text) as unknown })),
    unreadable: some
      .filter((one) => !isDelivery(one))
      .map(({ line }) => ({ line, reason: "the line is not a delivery" })),
  };
}

test("lines are the same, whatever chunks they come in, with a line feed at the end or without", async () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyLine, { maxLength: 12 }),
      fc.boolean(),
      sizes,
      fc.integer({ min: 0, max: 14 }),
      async (lines, ended, chunkSizes, after) => {
        const text = `${lines.join("\n")}${ended && lines.length > 0 ? "\n" : ""}`;
        const bytes = Buffer.from(text);
        const parts = await collect(textLines("k", chunksOf(bytes, chunkSizes), after));
        const { deliveries, unreadable } = expectedOf(text, after);
        expect(parts.flatMap((part) => part.deliveries)).toEqual(deliveries);
        expect(parts.flatMap((part) => part.unreadable)).toEqual(unreadable);
        // The last line counts unless nothing is in it.
        const count = text.split("\n").length - (text === "" || text.endsWith("\n") ? 1 : 0);
        expect(parts.at(-1)?.lastLine).toBe(count > after ? count : undefined);
        const ends = parts.map((part) => part.lastLine);
        expect(ends).toEqual([...new Set(ends)].toSorted((one, other) => one - other));
        for (const part of parts) {
          expect(part).toMatchObject({ key: "k" });
          expect(part).not.toHaveProperty("skipped");
          expect(part.lastLine).toBeGreaterThan(after);
        }
      },
    ),
  );
});

test("the lines of a part that are not wanted are counted, but the first delivery is parsed", async () => {
  const texts = ["a", "b", "x", "c", "d"].map((id) =>
    id === "x" ? id : JSON.stringify({ ...DELIVERY, id }),
  );
  const whole = Buffer.from(`${texts.join("\n")}\n`);
  const parts = await collect(
    textLines("k", chunksOf(Buffer.concat([whole, whole]), [whole.length]), 0, (line) =>
      line.includes('"c"'),
    ),
  );
  const idsOf = (part: (typeof parts)[number]) =>
    part.deliveries.map(({ delivery }) => delivery.id);
  expect(parts.map((part) => [part.lastLine, part.skipped, idsOf(part), part.unreadable])).toEqual([
    [5, 3, ["a", "c"], []],
    [10, 3, ["a", "c"], []],
  ]);
});

test("a line may have four mebibytes, and one that is longer is reported with its length", async () => {
  const empty = JSON.stringify({ ...DELIVERY, id: "" }).length;
  const lineOf = (bytes: number) => JSON.stringify({ ...DELIVERY, id: "x".repeat(bytes - empty) });
  const text = `${lineOf(MAX_LINE_BYTES)}\n${lineOf(MAX_LINE_BYTES + 1)}\n${lineOf(100)}\n`;
  const parts = await collect(textLines("k", chunksOf(Buffer.from(text), [1_000_000]), 0));
  expect(parts.flatMap((part) => part.deliveries.map(({ line }) => line))).toEqual([1, 3]);
  expect(parts.flatMap((part) => part.unreadable)).toEqual([
    { line: 2, reason: `the line has ${MAX_LINE_BYTES + 1} bytes` },
  ]);
});
