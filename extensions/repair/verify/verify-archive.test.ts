import { gzipSync } from "node:zlib";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { HourTopics } from "@rainhooks/archive/hour";
import { type BucketServer, startBucketServer } from "@rainhooks/archive/testing/bucket-server";
import { deliveryOf } from "@rainhooks/testing/samples";
import { flakyFunctions } from "../work/testing/flaky-functions.ts";
import { withWork } from "../work/work.ts";
import { verifyArchive } from "./verify-archive.ts";

const START_MS = Date.UTC(2026, 10, 24, 8);
const HOUR_MS = 3_600_000;
const range = { fromMs: START_MS, toMs: START_MS + 2 * HOUR_MS };
const hours = { first: "2026/11/24/07", last: "2026/11/24/10", late: [] };

function line(id: string, hour: number, topic: string | undefined = "alerts"): string {
  return JSON.stringify(deliveryOf("{}", { id, sentAtMs: START_MS + hour * HOUR_MS, topic }));
}

function published(...counts: [hour: string, topic: string, count: number][]): HourTopics {
  const all = new Map<string, Map<string, number>>();
  for (const [hour, topic, count] of counts)
    all.set(hour, new Map([...(all.get(hour) ?? []), [topic, count]]));
  return all;
}

describe("the archive", () => {
  let server: BucketServer;

  beforeAll(async () => {
    const before = line("before", -1);
    const after = line("after", 2);
    server = await startBucketServer({
      good: {
        "deliveries/2026/11/24/08/a.gz": gzipSync(
          [before, line("1", 0), line("2", 0), line("1", 0)].join("\n"),
        ),
        "deliveries/2026/11/24/09/b.gz": gzipSync(
          [line("3", 1), line("1", 0), line("4", 1, "others"), after].join("\n"),
        ),
      },
      broken: { "deliveries/2026/11/24/08/a": Buffer.from(`${line("1", 0)}\n{}\n`) },
      raw: {
        "deliveries/2026/11/24/08/a": Buffer.from(
          JSON.stringify({ ...deliveryOf("{}"), sentAtMs: START_MS }),
        ),
      },
    });
  });
  afterAll(() => server.stop());

  const verify = (bucket: string, counts: HourTopics, tolerance = 0, erased?: HourTopics) => {
    const archive = { client: server.client, bucket };
    const functions = flakyFunctions({
      client: new DynamoDBClient({}),
      s3: server.client,
      bucket,
      folder: "work",
      nameOf: (table) => table,
      readRules: () => Promise.reject(new Error("No rule is needed.")),
      nowMs: () => START_MS,
    });
    return withWork(functions, {}, (work) =>
      verifyArchive(range, { work, archive, hours, published: counts, tolerance, erased }),
    ).finally(() => functions.settle());
  };

  it("the archive is compared by the hour of publishing and the topic, each delivery once", async () => {
    const taken = published(
      ["2026/11/24/08", "alerts", 2],
      ["2026/11/24/09", "alerts", 1],
      ["2026/11/24/09", "others", 1],
    );
    expect(await verify("good", taken)).toEqual({
      ...range,
      objects: 2,
      lines: 6,
      deliveries: 4,
      duplicates: 2,
      withoutTopic: 0,
      unreadable: 0,
      published: 4,
      erased: 0,
      compared: 3,
      differences: [],
      problems: [],
    });
  });

  it("a verification of the archive names the hour and the topic of what is missing, and of what was not published", async () => {
    const taken = published(
      ["2026/11/24/08", "alerts", 3],
      ["2026/11/24/09", "unheard", 1],
      ["2026/11/24/09", "others", 1],
    );
    expect((await verify("good", taken)).differences).toEqual([
      { hour: "2026/11/24/08", topic: "alerts", published: 3, archived: 2, erased: 0 },
      { hour: "2026/11/24/09", topic: "alerts", published: 0, archived: 1, erased: 0 },
      { hour: "2026/11/24/09", topic: "unheard", published: 1, archived: 0, erased: 0 },
    ]);
  });

  it("a verification of the archive explains what was erased, up to a maximum, and nothing else", async () => {
    const taken = published(
      ["2026/11/24/08", "alerts", 4],
      ["2026/11/24/09", "alerts", 1],
      ["2026/11/24/09", "others", 1],
    );
    const of = (erased: number) =>
      verify("good", taken, 0, published(["2026/11/24/08", "alerts", erased]));
    // Two are missing. One that was archived twice was erased twice.
    expect(await of(2)).toMatchObject({ differences: [], erased: 2 });
    expect(await of(3)).toMatchObject({ differences: [], erased: 2 });
    expect(await of(1)).toMatchObject({
      erased: 1,
      differences: [{ published: 4, archived: 2, erased: 1 }],
    });
  });

  it("the archive may differ by a share, and by one message", async () => {
    const taken = (alerts: number) =>
      published(
        ["2026/11/24/08", "alerts", alerts],
        ["2026/11/24/09", "alerts", 1],
        ["2026/11/24/09", "others", 1],
      );
    expect((await verify("good", taken(3), 0.001)).differences).toEqual([]);
    expect((await verify("good", taken(4), 0.001)).differences).toHaveLength(1);
    expect((await verify("good", taken(4), 0.5)).differences).toEqual([]);
  });

  it("a verification of the archive says what it cannot read, and what has no topic", async () => {
    expect(await verify("broken", published(["2026/11/24/08", "alerts", 1]))).toMatchObject({
      unreadable: 1,
      problems: ["deliveries/2026/11/24/08/a, line 2: the line is not a delivery"],
      differences: [],
    });
    expect(await verify("raw", published())).toMatchObject({ withoutTopic: 1, compared: 0 });
  });
});
