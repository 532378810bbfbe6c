import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { callsOf } from "./firehose/firehose-sink.ts";
import {
  MAX_BYTES_PER_CALL,
  MAX_BYTES_PER_RECORD,
  MAX_RECORDS_PER_CALL,
} from "./firehose/limits.ts";
import { packLines } from "./lines.ts";

describe("packLines, for any items", () => {
  it("packLines packs every item once, in order, and no packet exceeds the maximum", () => {
    fc.assert(
      fc.property(
        fc.array(fc.jsonValue()),
        fc.integer({ min: 1, max: 200 }),
        (values, maxBytes) => {
          const items = values.map((value, index) => ({ id: String(index), value }));
          const { packets, failures } = packLines(items, maxBytes);
          const failed = new Set(failures.map(({ id }) => id));
          const lines = packets.flatMap(({ data }) =>
            Buffer.from(data).toString().split("\n").slice(0, -1),
          );
          const packed = items.filter(({ id }) => !failed.has(id));
          expect(lines).toEqual(packed.map(({ value }) => JSON.stringify(value)));
          expect(packets.flatMap(({ ids }) => ids)).toEqual(packed.map(({ id }) => id));
          expect(packets.every(({ data }) => data.length > 0 && data.length <= maxBytes)).toBe(
            true,
          );
          for (const { id } of failures) {
            expect(
              Buffer.byteLength(`${JSON.stringify(items[Number(id)]?.value)}\n`),
            ).toBeGreaterThan(maxBytes);
          }
        },
      ),
    );
  });

  it("packLines does not start a packet while the next line fits into the current one", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 30 }), { minLength: 1 }), (values) => {
        const { packets } = packLines(
          values.map((value, index) => ({ id: String(index), value })),
          200,
        );
        for (const [index, { data }] of packets.slice(1).entries()) {
          const firstLine = Buffer.from(data).indexOf("\n") + 1;
          expect((packets[index]?.data.length ?? 0) + firstLine).toBeGreaterThan(200);
        }
      }),
    );
  });
});

describe("packLines, at its limit", () => {
  it("packLines fills a packet to the last byte", () => {
    const items = ["aaa", "bbb"].map((value) => ({ id: value, value }));
    expect(packLines(items, 12).packets).toHaveLength(1);
    expect(packLines(items, 11).packets).toHaveLength(2);
  });
});

describe("callsOf, at its limits", () => {
  it("callsOf puts 500 small packets into a call, and no more", () => {
    const packets = Array.from({ length: 1001 }, (_, index) => ({
      ids: [String(index)],
      data: new Uint8Array(1),
    }));
    expect(callsOf(packets).map(({ length }) => length)).toEqual([500, 500, 1]);
  });

  it("callsOf puts 4 MiB into a call, and no more", () => {
    const packets = Array.from({ length: 9 }, (_, index) => ({
      ids: [String(index)],
      data: new Uint8Array(2 ** 20),
    }));
    expect(callsOf(packets).map(({ length }) => length)).toEqual([4, 4, 1]);
  });
});

describe("callsOf, for any packets", () => {
  it("callsOf makes calls within the limits of Firehose, with every packet once", () => {
    const size = fc.oneof(
      fc.integer({ min: 1, max: 100 }),
      fc.integer({ min: 500_000, max: MAX_BYTES_PER_RECORD }),
    );
    fc.assert(
      fc.property(fc.array(size, { maxLength: 1500 }), (sizes) => {
        const packets = sizes.map((length, index) => ({
          ids: [String(index)],
          data: { length } as Uint8Array,
        }));
        const calls = callsOf(packets);
        expect(calls.flat()).toEqual(packets);
        for (const call of calls) {
          expect(call.length).toBeLessThanOrEqual(MAX_RECORDS_PER_CALL);
          expect(call.reduce((sum, { data }) => sum + data.length, 0)).toBeLessThanOrEqual(
            MAX_BYTES_PER_CALL,
          );
        }
      }),
      { numRuns: 50 },
    );
  });
});
