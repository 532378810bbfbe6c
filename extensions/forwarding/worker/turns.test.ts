import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import fc from "fast-check";
import { destinationsTable } from "../forwarding-tables.ts";
import { takeTurns } from "./turns.ts";

const NOW_MS = 1_700_000_000_000;

describe("turns", () => {
  let tables: TestTables;
  let used = 0;
  beforeAll(async () => {
    tables = await startTables();
    await tables.create(destinationsTable);
  });
  afterAll(() => tables.stop());
  const store = () => ({ client: tables.client, tableName: destinationsTable.name });
  const newId = () => `d${used++}`;

  it("turns are evenly spaced from now on, and continue after the last reserved turn", async () => {
    const id = newId();
    const take = (count: number, nowMs: number) =>
      takeTurns(store(), id, { count, ratePerS: 4, nowMs });
    expect(await take(3, NOW_MS)).toEqual([0, 250, 500].map((ms) => NOW_MS + ms));
    expect(await take(2, NOW_MS)).toEqual([750, 1000].map((ms) => NOW_MS + ms));
    // All of them have passed.
    expect(await take(1, NOW_MS + 5000)).toEqual([NOW_MS + 5000]);
  });

  it("free turns are those of one second at most, and none while a reserved turn is in the future", async () => {
    const id = newId();
    const free = (count: number, nowMs: number, ratePerS = 4) =>
      takeTurns(store(), id, { count, ratePerS, nowMs, onlyFree: true });
    expect(await free(9, NOW_MS)).toEqual([0, 250, 500, 750].map((ms) => NOW_MS + ms));
    expect(await free(1, NOW_MS + 999)).toEqual([]);
    expect(await free(2, NOW_MS + 1000)).toEqual([1000, 1250].map((ms) => NOW_MS + ms));
    expect(await takeTurns(store(), id, { count: 8, ratePerS: 4, nowMs: NOW_MS + 1000 })).toContain(
      NOW_MS + 1500,
    );
    expect(await free(1, NOW_MS + 3499)).toEqual([]);
    // Less than one in a second is one, and then a pause.
    expect(await free(3, NOW_MS + 3500, 0.5)).toEqual([NOW_MS + 3500]);
    expect(await free(1, NOW_MS + 5499)).toEqual([]);
    expect(await free(1, NOW_MS + 5500)).toEqual([NOW_MS + 5500]);
  });

  it("turns of many functions at once never exceed the rate, in any second", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 50 }),
        fc.array(fc.tuple(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 0, max: 3000 })), {
          minLength: 1,
          maxLength: 8,
        }),
        async (ratePerS, takers) => {
          const id = newId();
          const taken = await Promise.all(
            takers.map(([count, afterMs]) =>
              takeTurns(store(), id, { count, ratePerS, nowMs: NOW_MS + afterMs }),
            ),
          );
          const turns = taken.flat().sort((a, b) => a - b);
          for (const [index, turn] of turns.entries()) {
            const sameSecond = turns.slice(index).filter((other) => other < turn + 1000).length;
            expect(sameSecond).toBeLessThanOrEqual(ratePerS + 1);
          }
          for (const [index, [, afterMs]] of takers.entries())
            expect(taken[index]?.[0]).toBeGreaterThanOrEqual(NOW_MS + afterMs - 3000);
        },
      ),
      { numRuns: 50 },
    );
  });
});
