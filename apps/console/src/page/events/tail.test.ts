import { describe, expect, it } from "@jest/globals";
import { openDom } from "@rainhooks/page/testing/dom";
import fc from "fast-check";

const dom = await openDom();
const { followTail } = await import("./use-tail.ts");

function streamOf(pieces: readonly Uint8Array<ArrayBuffer>[]): ReadableStream {
  return new ReadableStream({
    start: (controller) => {
      for (const piece of pieces) controller.enqueue(piece);
      controller.close();
    },
  });
}

describe("the live tail", () => {
  const end = new AbortController().signal;

  it("the tail reads each line once, however the response is split; it does not read an unfinished line", async () => {
    const lines = [
      { kind: "live" },
      { kind: "delivery", delivery: { body: "ünö \u{1f600}" } },
      { kind: "left-out", count: 3 },
    ];
    const bytes = new TextEncoder().encode(
      `${lines.map((line) => `${JSON.stringify(line)}\n`).join("")}{"kind"`,
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }),
        async (sizes) => {
          const pieces: Uint8Array<ArrayBuffer>[] = [];
          for (let start = 0; start < bytes.length; ) {
            const size = sizes[pieces.length % sizes.length] ?? 1;
            pieces.push(bytes.subarray(start, start + size));
            start += size;
          }
          dom.respond({ "/console/live": () => new Response(streamOf(pieces)) });
          const found: unknown[] = [];
          await followTail({}, (line) => found.push(line), end);
          expect(found).toEqual(lines);
        },
      ),
      { numRuns: 20 },
    );
  });

  it("a response without a body has no lines", async () => {
    dom.respond({ "/console/live": () => new Response(null) });
    const found: unknown[] = [];
    await followTail({}, (line) => found.push(line), end);
    expect(found).toEqual([]);
  });
});
