import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { type BucketServer, startBucketServer } from "@rainhooks/archive/testing/bucket-server";
import { deliveryOf } from "@rainhooks/testing/samples";
import { countDeliveries, type PlanDependencies, type ReplayPlan } from "./count-deliveries.ts";

const FOLDER = "deliveries/2026/11/24/08";
const hours = { first: "2026/11/24/08", last: "2026/11/24/08", late: [] };
const topics = {
  alert: "arn:aws:sns:us-east-1:1:alerts",
  node_connected: "arn:aws:sns:us-east-1:1:connected",
};
const RANGE = { fromMs: 100, toMs: 200 };

const line = (sentAtMs: number, topic: string, text?: string) =>
  deliveryOf(
    text ?? {
      event_type: `rmaker.event.${topic === "alerts" ? "alert" : "node_connected"}`,
      event_data: { node_id: "n", message_body: "{}" },
    },
    {
      id: `id-${sentAtMs}`,
      sentAtMs,
      topic,
    },
  );
const DELIVERIES = [
  line(150, "alerts"),
  line(100, "connected"),
  line(199, "alerts"),
  line(120, "alerts", "broken"),
  line(99, "alerts"),
  line(200, "alerts"),
  line(150, "others"),
];
const object = (broken: number, deliveries: readonly object[] = []) =>
  gzipSync(
    [
      ...deliveries.map((one) => JSON.stringify(one)),
      ...Array.from({ length: broken }, () => "{"),
    ].join("\n"),
  );

let server: BucketServer;
const objects: Record<string, Buffer> = {
  [`${FOLDER}/a.gz`]: object(15, DELIVERIES),
  [`${FOLDER}/b.gz`]: object(10),
  [`${FOLDER}/c.gz`]: object(1),
};
const sizes = Object.values(objects).map(({ length }) => length);
beforeAll(async () => {
  server = await startBucketServer({ b: objects });
});
afterAll(() => server.stop());
beforeEach(() => server.storageClasses.clear());

const plan = (change: object = {}, more: Partial<PlanDependencies> = {}) =>
  countDeliveries(
    { ...RANGE, ...change },
    { archive: { client: server.client, bucket: "b" }, hours, subscribed: { topics }, ...more },
  );

describe("a plan", () => {
  it("a plan counts what a replay would read and send, and when that was published", async () => {
    const { byType, problems, ...counts } = await plan();
    const wanted = DELIVERIES.slice(0, 4);
    expect(counts).toEqual({
      objects: 3,
      objectBytes: sizes.reduce((sum, size) => sum + size, 0),
      bytesByClass: new Map(),
      read: 7,
      matched: 4,
      matchedBytes: wanted.reduce((sum, { body }) => sum + body.length, 0),
      firstMs: 100,
      lastMs: 199,
      undecodable: 1,
      unreadable: 26,
    });
    expect(byType).toEqual(
      new Map([
        ["alert", 3],
        ["node_connected", 1],
      ]),
    );
  });

  it("a plan names the first twenty of what cannot be read", async () => {
    const { problems } = await plan();
    expect(problems).toHaveLength(20);
    expect([problems[0], problems[14], problems[15]]).toEqual([
      `${FOLDER}/a.gz, line 8: the line is not a delivery`,
      `${FOLDER}/a.gz, line 22: the line is not a delivery`,
      `${FOLDER}/b.gz, line 1: the line is not a delivery`,
    ]);
  });

  it("a plan adds up the bytes of those storage classes that are charged for reads", async () => {
    for (const name of ["a", "b"]) server.storageClasses.set(`${FOLDER}/${name}.gz`, "GLACIER_IR");
    const [a = 0, b = 0] = sizes;
    expect((await plan()).bytesByClass).toEqual(new Map([["GLACIER_IR", a + b]]));
  });

  it("a plan of nothing has no times", async () => {
    const none = await plan({ fromMs: 5000, toMs: 6000 });
    expect(none).toMatchObject({ matched: 0, matchedBytes: 0, byType: new Map() });
    expect([none.firstMs, none.lastMs]).toEqual([undefined, undefined]);
  });

  it("a plan of some objects reads only these, and says how far it is", async () => {
    const seen: ReplayPlan[] = [];
    await plan(
      { keys: [`${FOLDER}/a.gz`, `${FOLDER}/c.gz`] },
      { onProgress: (one) => seen.push(one) },
    );
    expect(seen).toMatchObject([
      { objects: 1, read: 0, matched: 0, firstMs: undefined },
      { objects: 2, read: 7, matched: 4, firstMs: 100 },
    ]);
  });

  it("a plan ends when its user wants it to", async () => {
    const ending = new AbortController();
    const ended = plan(
      {},
      { signal: ending.signal, onProgress: () => ending.abort(new Error("enough")) },
    );
    await expect(ended).rejects.toThrow("enough");
  });
});
