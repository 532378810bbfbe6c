import { once } from "node:events";
import { appendFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MetricDataQuery } from "@aws-sdk/client-cloudwatch";
import { describe, expect, it, test } from "@jest/globals";
import { ACTIVITY_RANGES, binsOf } from "@rainhooks/stage/routes/bins";
import { embeddedMetrics, noMetrics } from "@rainhooks/webhook/observe/metrics";
import { activityResult } from "./activity.ts";
import { activityInCloudWatch } from "./from-cloudwatch.ts";
import { LogActivity } from "./from-log.ts";

const NOW_MS = Date.UTC(2026, 10, 24, 12, 2, 30);
const MIN = 60_000;
const BINS = binsOf("3h", NOW_MS);
const at = (minutesAgo: number) => NOW_MS - minutesAgo * MIN;

/** The parts of which a count is not zero, counted from the end. */
const found = (counts: readonly number[]) =>
  counts.flatMap((count, index) => (count === 0 ? [] : [[index - counts.length + 1, count]]));

test("a range has whole parts, the last of which is now", () => {
  for (const range of ACTIVITY_RANGES) {
    const { fromMs, binMs, count } = binsOf(range, NOW_MS);
    expect(fromMs % binMs).toBe(0);
    expect([fromMs + count * binMs > NOW_MS, fromMs + (count - 1) * binMs <= NOW_MS]).toEqual([
      true,
      true,
    ]);
  }
  expect(BINS.count).toBe(36);
});

describe("what a function of the local stage did", () => {
  const line = (minutesAgo: number, Received: number, Failed = 0) =>
    embeddedMetrics(
      { Stage: "local", Webhook: "w" },
      { ...noMetrics(), Received, Failed },
      { eventAgesMs: [5] },
      at(minutesAgo),
    );

  it("the activity is counted from the function's log, by the time of each line", async () => {
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
    const log = new LogActivity(path);
    const { counts, sinceMs } = await log.read(BINS);
    expect([found(counts.Received), found(counts.Failed), sinceMs]).toEqual([
      [
        [-12, 2],
        [0, 7],
      ],
      [[0, 1]],
      undefined,
    ]);
    // What was counted stays so, also when the log is begun anew; a line is counted when it is
    // whole.
    await appendFile(path, `estamp":1}}\n${line(0, 5)}\n${line(0, 7).slice(0, 30)}`);
    expect(found((await log.read(BINS)).counts.Received).at(-1)).toEqual([0, 12]);
    await appendFile(path, `${line(0, 7).slice(30)}\n`);
    expect(found((await log.read(BINS)).counts.Received).at(-1)).toEqual([0, 19]);
    await writeFile(path, `${line(0, 1)}\n`);
    expect(found((await log.read(BINS)).counts.Received)).toEqual([
      [-12, 2],
      [0, 20],
    ]);
    await rm(folder, { recursive: true });
  });

  it("the activity is read from the last 64 MB of a log only", async () => {
    const folder = await mkdtemp(join(tmpdir(), "activity-"));
    const path = join(folder, "w.log");
    await writeFile(
      path,
      `${line(60, 2)}\n${`${"x".repeat(1024 * 1024)}\n`.repeat(65)}${line(2, 3)}\n`,
    );
    const { counts, sinceMs } = await new LogActivity(path).read(BINS);
    expect([found(counts.Received), sinceMs]).toEqual([[[0, 3]], at(2)]);
    await rm(folder, { recursive: true });
  });

  it("the activity is empty without a log", async () => {
    const { counts } = await new LogActivity("/nowhere/w.log").read(BINS);
    expect(found(counts.Received)).toEqual([]);
  });
});

test("the activity of a deployed function is read from CloudWatch, by the metric names that Rainhooks and SQS write", async () => {
  const asked: MetricDataQuery[] = [];
  const ask = async (queries: readonly MetricDataQuery[], fromMs: number, toMs: number) => {
    asked.push(...queries);
    expect(toMs - fromMs).toBe(queries[0]?.Id === "a0" ? 10 * MIN : 180 * MIN);
    return [
      { Id: "m0_Delivered", Timestamps: [new Date(at(2))], Values: [5] },
      // Another page of the same metric.
      { Id: "m0_Delivered", Timestamps: [new Date(at(62))], Values: [2] },
      { Id: "m1_Failed", Timestamps: [new Date(at(2))], Values: [1] },
      { Id: "a0", Values: [42, 7] },
    ];
  };
  const deployed = [
    { name: "archive", queueUrl: "https://sqs.eu-west-1.amazonaws.com/1/rainhooks-dev-archive" },
    { name: "hello", queueUrl: "https://sqs.eu-west-1.amazonaws.com/1/rainhooks-dev-hello" },
  ];
  const activity = await activityInCloudWatch(ask, "dev", deployed, BINS, NOW_MS);
  const archive = activity.get("archive");
  expect([found(archive?.counts.Received ?? []), archive?.oldestS]).toEqual([
    [
      [-12, 2],
      [0, 5],
    ],
    42,
  ]);
  const { Failed = [], Received = [] } = activity.get("hello")?.counts ?? {};
  expect([found(Failed), found(Received)]).toEqual([[[0, 1]], [[0, 1]]]);
  expect(activity.get("hello")).not.toHaveProperty("oldestS");
  expect(asked).toHaveLength(18);
  expect(asked[0]).toEqual({
    Id: "m0_Delivered",
    MetricStat: {
      Metric: {
        Namespace: "Rainhooks",
        MetricName: "Delivered",
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
    { Name: "QueueName", Value: "rainhooks-dev-hello" },
  ]);
});

test("a local stage says how old the oldest message of each queue is, in seconds", async () => {
  const server = createServer((_, response) => {
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ waits: NOW_MS - 42_000, early: NOW_MS + 1000 }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const endpoint = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
  const functions = Object.fromEntries(
    ["waits", "early", "empty"].map((name) => [
      name,
      { trigger: "queue", queueUrl: `${endpoint}/${name}`, deadLetterQueueUrl: `${endpoint}/dead` },
    ]),
  );
  const access = { local: { dataDir: "/nowhere", file: { endpoint } }, outputs: { functions } };
  const { webhooks } = await activityResult(access as never, "3h", NOW_MS, new Map());
  expect(
    Object.fromEntries(Object.entries(webhooks).map(([name, { oldestS }]) => [name, oldestS])),
  ).toEqual({
    waits: 42,
    early: 0,
    empty: undefined,
  });
  server.close();
});
