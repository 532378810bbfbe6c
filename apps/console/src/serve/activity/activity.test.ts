import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MetricDataQuery } from "@aws-sdk/client-cloudwatch";
import { describe, expect, it, test } from "@jest/globals";
import { embeddedMetrics, noMetrics } from "@rainhooks/webhook/metrics";
import { ACTIVITY_RANGES, partsOf } from "./bins.ts";
import { activityInCloudWatch } from "./from-cloudwatch.ts";
import { activityInLog } from "./from-log.ts";

const NOW_MS = Date.UTC(2026, 10, 24, 12, 2, 30);
const MIN = 60_000;
const PARTS = partsOf("3h", NOW_MS);
const at = (minutesAgo: number) => NOW_MS - minutesAgo * MIN;

/** The parts of which a count is not zero, counted from the end. */
const found = (counts: readonly number[]) =>
  counts.flatMap((count, index) => (count === 0 ? [] : [[index - counts.length + 1, count]]));

test("a range has whole parts, the last of which is now", () => {
  for (const range of ACTIVITY_RANGES) {
    const { fromMs, partMs, count } = partsOf(range, NOW_MS);
    expect(fromMs % partMs).toBe(0);
    expect([fromMs + count * partMs > NOW_MS, fromMs + (count - 1) * partMs <= NOW_MS]).toEqual([true, true]);
  }
  expect(PARTS.count).toBe(36);
});

describe("what a function of the local stage did", () => {
  const line = (minutesAgo: number, Received: number, Failed = 0) =>
    embeddedMetrics(
      { Stage: "local", Webhook: "w" },
      { ...noMetrics(), Received, Failed },
      { eventAgesMs: [5] },
      at(minutesAgo),
    );

  it("is added up from its log, by when it was", async () => {
    const folder = await mkdtemp(join(tmpdir(), "activity-"));
    const path = join(folder, "w.log");
    const lines = [
      line(500, 9),
      line(60, 2),
      "not JSON",
      '{"_aws":1}',
      line(1, 3),
      line(0, 4, 1),
      '{"_aws":{"Tim',
    ];
    await writeFile(path, lines.join("\n"));
    const { counts, sinceMs } = await activityInLog(path, PARTS);
    expect([found(counts.Received), found(counts.Failed), sinceMs]).toEqual([
      [
        [-12, 2],
        [0, 7],
      ],
      [[0, 1]],
      undefined,
    ]);
    // Of a long log, only the end is read: what is before is not known.
    await writeFile(path, `${line(60, 2)}\n${"x".repeat(1024 * 1024)}\n${line(2, 3)}\n`);
    const end = await activityInLog(path, PARTS);
    expect([found(end.counts.Received), end.sinceMs]).toEqual([[[0, 3]], at(2)]);
    await rm(folder, { recursive: true });
  });

  it("is nothing without a log", async () => {
    const { counts } = await activityInLog("/nowhere/w.log", PARTS);
    expect(found(counts.Received)).toEqual([]);
  });
});

test("what a function of a deployed stage did is asked of CloudWatch, as it and SQS write it", async () => {
  const asked: MetricDataQuery[] = [];
  const ask = async (queries: readonly MetricDataQuery[], fromMs: number, toMs: number) => {
    asked.push(...queries);
    expect(toMs - fromMs).toBe(queries[0]?.Id === "a0" ? 10 * MIN : 180 * MIN);
    return [
      { Id: "m0_Received", Timestamps: [new Date(at(2))], Values: [5] },
      // Another page of the same metric.
      { Id: "m0_Received", Timestamps: [new Date(at(62))], Values: [2] },
      { Id: "m1_Failed", Timestamps: [new Date(at(2))], Values: [1] },
      { Id: "a0", Values: [42, 7] },
    ];
  };
  const deployed = [
    { name: "archive", queueUrl: "https://sqs.eu-west-1.amazonaws.com/1/rainhooks-dev-archive" },
    { name: "direct" },
  ];
  const activity = await activityInCloudWatch(ask, "dev", deployed, PARTS, NOW_MS);
  const archive = activity.get("archive");
  expect([found(archive?.counts.Received ?? []), archive?.oldestS]).toEqual([
    [
      [-12, 2],
      [0, 5],
    ],
    42,
  ]);
  expect(found(activity.get("direct")?.counts.Failed ?? [])).toEqual([[0, 1]]);
  expect(activity.get("direct")).not.toHaveProperty("oldestS");
  expect(asked).toHaveLength(9);
  expect(asked[0]).toEqual({
    Id: "m0_Received",
    MetricStat: {
      Metric: {
        Namespace: "Rainhooks",
        MetricName: "Received",
        Dimensions: [
          { Name: "Stage", Value: "dev" },
          { Name: "Webhook", Value: "archive" },
        ],
      },
      Period: 300,
      Stat: "Sum",
    },
  });
  expect(asked.at(-1)?.MetricStat?.Metric?.Dimensions).toEqual([
    { Name: "QueueName", Value: "rainhooks-dev-archive" },
  ]);
});
