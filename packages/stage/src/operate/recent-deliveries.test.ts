import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { hourOf } from "@rainhooks/archive/hour";
import { type BucketServer, startBucketServer } from "@rainhooks/archive/testing/bucket-server";
import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import { HOUR_MS, MINUTE_MS } from "@rainhooks/core/durations";
import { attempts } from "@rainhooks/testing/hostile";
import { deliveryOf } from "@rainhooks/testing/samples";
import fc from "fast-check";
import { type RecentCursor, recentDeliveries } from "../routes/deliveries.ts";

const END_MS = Date.UTC(2026, 10, 28, 9, 30);

let server: BucketServer;
beforeAll(async () => {
  server = await startBucketServer({});
});
afterAll(() => server.stop());

/** Writes objects into hours before the end, each with some deliveries; returns the ids of all. */
function archiveOf(
  objects: readonly { readonly hour: number; readonly count: number }[],
): Set<string> {
  const ids = new Set<string>();
  const contents: Record<string, Buffer> = {};
  for (const [number, { hour, count }] of objects.entries()) {
    const hourMs = Date.UTC(2026, 10, 28, 9) - hour * HOUR_MS;
    const minute = String(number).padStart(3, "0");
    const lines = Array.from({ length: count }, (_, index) => {
      const sentAtMs = hourMs + ((number * 7 + index) % 60) * MINUTE_MS;
      const delivery = { ...deliveryOf({}, { sentAtMs }), id: `${number}-${index}` };
      ids.add(delivery.id);
      return `${JSON.stringify(delivery)}\n`;
    });
    contents[`deliveries/${hourOf(hourMs)}/archive-1-${minute}.gz`] = gzipSync(lines.join(""));
  }
  server.buckets["archive"] = contents;
  return ids;
}

const archive = () => ({ client: server.client, bucket: "archive" });
const REACH = { maxHours: 6, maxBytes: 1_000_000 };

/** Reads all pages of a search. */
async function pagesOf(limit: number, maxBytes = REACH.maxBytes): Promise<Delivery[][]> {
  const pages: Delivery[][] = [];
  let from: number | RecentCursor = END_MS;
  for (let page = 0; page < 60; page += 1) {
    const found = await recentDeliveries(archive(), {
      ...REACH,
      maxBytes,
      wanted: () => true,
      limit,
      from,
    });
    pages.push([...found.deliveries]);
    from = found.next;
  }
  return pages;
}

it("recent deliveries are found newest first, with the time up to which the search went, where the next one continues", async () => {
  archiveOf([{ hour: 0, count: 150 }]);
  const first = await recentDeliveries(archive(), {
    ...REACH,
    wanted: () => true,
    limit: 100,
    from: END_MS,
  });
  const times = first.deliveries.map(({ sentAtMs }) => sentAtMs);
  expect(times).toEqual(times.toSorted((a, b) => b - a));
  expect([first.deliveries.length, first.fromMs]).toEqual([100, times.at(-1)]);
  const second = await recentDeliveries(archive(), {
    ...REACH,
    wanted: () => true,
    limit: 100,
    from: first.next,
  });
  expect(second.deliveries).toHaveLength(50);
  expect(new Set([...first.deliveries, ...second.deliveries].map(({ id }) => id)).size).toBe(150);
  // All hours that it may search were searched.
  expect(second.fromMs).toBe(Date.UTC(2026, 10, 28, 9) - (REACH.maxHours - 1) * HOUR_MS);
});

it("the pages of a search together are all deliveries, each once, whatever the objects and the limits", async () => {
  const objects = fc.array(
    fc.record({ hour: fc.integer({ min: 0, max: 8 }), count: fc.integer({ min: 0, max: 9 }) }),
    {
      maxLength: 6,
    },
  );
  await fc.assert(
    fc.asyncProperty(
      objects,
      fc.integer({ min: 1, max: 12 }),
      fc.constantFrom(1, 500, 1_000_000),
      async (all, limit, maxBytes) => {
        const ids = archiveOf(all);
        const pages = await pagesOf(limit, maxBytes);
        for (const page of pages) expect(page.length).toBeLessThanOrEqual(limit);
        expect(
          pages
            .flat()
            .map(({ id }) => id)
            .toSorted(),
        ).toEqual([...ids].toSorted());
      },
    ),
    { numRuns: attempts(4, 25) },
  );
});
