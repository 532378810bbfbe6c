import { beforeEach, expect, test } from "@jest/globals";
import { openDom } from "./testing/dom.ts";

const dom = await openDom();
const { countEveryMs, counts, firmware, readCounts, readFirmware, readSamples, samples, totalOf } =
  await import("./fleet-facts.ts");

const { signal } = new AbortController();
const SMALL = { online: 7, offline: 2, unknown: 1 };
const fleetOf = (all: number) => ({
  fromMs: 0,
  toMs: 9,
  everyMs: 1,
  samples: [{ atMs: 5, online: all - 3, offline: 2, unknown: 1, all, countedAtMs: 4 }],
});

beforeEach(() => {
  counts.value = undefined;
  samples.value = undefined;
  firmware.value = undefined;
});

test("all nodes are those in each state", () => {
  expect([totalOf(undefined), totalOf(SMALL)]).toEqual([0, 10]);
});

test("a fleet is counted every few seconds up to ten thousand nodes, and each minute above", () => {
  expect(countEveryMs()).toBe(5000);
  counts.value = { online: 9000, offline: 999, unknown: 1 };
  expect(countEveryMs()).toBe(5000);
  counts.value = { online: 9000, offline: 999, unknown: 2 };
  expect(countEveryMs()).toBe(60_000);
});

test("a fleet is counted, and of a very large one the stage's last sample is shown", async () => {
  dom.respond({ "/v1/node-counts": SMALL, "/v1/fleet": fleetOf(100_000) });
  await readCounts(signal);
  expect(counts.value).toEqual(SMALL);
  const before = counts.value;
  await readSamples(signal);
  await readCounts(signal);
  // The same figures are the same object: nothing is drawn again.
  expect(counts.value).toBe(before);
  dom.respond({ "/v1/fleet": fleetOf(100_001) });
  await readSamples(signal);
  await readCounts(signal);
  const sampled = { online: 99_998, offline: 2, unknown: 1, sampledAtMs: 5 };
  expect(counts.value).toEqual(sampled);
  const unknown = { atMs: 6, offline: 2, unknown: 1, countedAtMs: 4 };
  dom.respond({ "/v1/fleet": { ...fleetOf(0), samples: [...fleetOf(100_001).samples, unknown] } });
  await readSamples(signal);
  await readCounts(signal);
  expect(counts.value).toEqual(sampled);
});

test("the firmware is what the stage returns", async () => {
  const spread = { countedAtMs: 1, all: 10, firmwares: [], others: 0, unknown: 10 };
  dom.respond({ "/v1/firmware": spread });
  await readFirmware(signal);
  expect(firmware.value).toEqual(spread);
});

test("a firmware that the stage does not know is none; another failure is one", async () => {
  counts.value = SMALL;
  const failing = (code: string, status: number) => () =>
    Response.json({ detail: "No.", code }, { status });
  dom.respond({ "/v1/firmware": failing("not-found", 404) });
  await readFirmware(signal);
  expect(firmware.value).toBeNull();
  dom.respond({ "/v1/firmware": failing("throttled", 503) });
  await expect(readFirmware(signal)).rejects.toMatchObject({ code: "throttled" });
});
