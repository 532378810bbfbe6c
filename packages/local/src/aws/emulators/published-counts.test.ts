import { appendFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "@jest/globals";
import { readPublishedCounts } from "@rainhooks/stage/local-endpoint";
import { listenOnLoopback } from "@rainhooks/testing/listen";
import { deliveryOf } from "@rainhooks/testing/samples";
import { PublishCounter } from "./published-counts.ts";

const AT_MS = Date.UTC(2026, 10, 24, 8, 30);

it("the counts have the messages of each hour and topic, and continue after a crash", async () => {
  const folder = await mkdtemp(join(tmpdir(), "published-"));
  const errors: unknown[] = [];
  const counter = new PublishCounter(folder, (error) => errors.push(error));
  for (const [topic, sentAtMs] of [
    ["a", AT_MS],
    ["b", AT_MS],
    ["a", AT_MS + 1],
    ["a", AT_MS + 3_600_000],
  ] as const)
    counter.add(deliveryOf("{}", { topic, sentAtMs }));
  // The last line of a process that was killed.
  await appendFile(join(folder, "published"), "2026/11/24/08 a");
  const again = new PublishCounter(folder, (error) => errors.push(error));
  again.add(deliveryOf("{}", { topic: "b", sentAtMs: AT_MS }));
  const server = createServer((_, response) => {
    response.setHeader("content-type", "application/json").end(JSON.stringify(again.current()));
  });
  const endpoint = await listenOnLoopback(server);
  const startedMs = Date.now();
  const { beforeMs, counts } = await readPublishedCounts(endpoint);
  expect(counts).toEqual([
    { hour: "2026/11/24/08", topic: "a", count: 2 },
    { hour: "2026/11/24/08", topic: "b", count: 2 },
    { hour: "2026/11/24/09", topic: "a", count: 1 },
  ]);
  expect([beforeMs > startedMs, beforeMs <= Date.now()]).toEqual([true, true]);
  expect((await readFile(join(folder, "published"), "utf8")).split("\n")).toHaveLength(5);
  server.close();
  await rm(folder, { recursive: true });
  again.add(deliveryOf("{}", { topic: "b", sentAtMs: AT_MS }));
  expect(errors.map(String)).toEqual([
    expect.stringContaining("counts of published messages are not saved: ENOENT"),
  ]);
});

it("the reader of counts reports that another emulator has none", async () => {
  const server = createServer((_, response) => void response.end("<xml/>"));
  const endpoint = await listenOnLoopback(server);
  await expect(readPublishedCounts(endpoint)).rejects.toThrow(
    "does not say what this command asks",
  );
  server.close();
});
