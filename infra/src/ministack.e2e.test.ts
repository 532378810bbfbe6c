import { gunzipSync } from "node:zlib";
import { GetObjectCommand } from "@aws-sdk/client-s3";
import { GetQueueAttributesCommand, GetQueueUrlCommand } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { readNode } from "@rainhooks/node-status/read-node";
import { eventually } from "@rainhooks/testing/eventually";
import { readPoints } from "@rainhooks/time-series/read-points";
import { ARCHIVE, type MinistackStage, NODE, startMinistack } from "./testing/ministack.ts";
import { dev } from "./testing/stages.ts";

/* Runs only where ministack is installed; otherwise the test command skips it and says so. */

describe("the deployed zips on ministack", () => {
  let ministack: MinistackStage;
  let services: MinistackStage["services"];

  beforeAll(async () => {
    ministack = await startMinistack(dev);
    services = ministack.services;
    await publishAll();
  });
  afterAll(() => ministack.stop());

  async function publishAll(): Promise<void> {
    const series = [
      { name: "T.Temp", dt: "float", records: [{ t: Math.floor(Date.now() / 1000), v: 21.5 }] },
    ];
    const event_data = { node_id: NODE, ts_data: series };
    await ministack.connect();
    await ministack.publish(
      "node_ts_data",
      JSON.stringify({ event_type: "rmaker.event.node_ts_data", event_data }),
    );
    await ministack.publish("user_node_added", "{not json");
  }

  it("the deployed zips write the row of the node", async () => {
    const reader = { client: services.dynamodb, tableName: "rainhooks-dev-node-status" };
    const row = await eventually(
      () => readNode(reader, NODE),
      // Its readings may come first: then it is known, and nobody knows yet whether it is online.
      (found) => found?.state === "online",
    );
    expect(row).toMatchObject({ nodeId: NODE, state: "online" });
  });

  it("the deployed zips write the points of the series", async () => {
    const reader = { client: services.dynamodb, tableName: "rainhooks-dev-time-series" };
    const range = { nodeId: NODE, name: "T.Temp", fromMs: 0, toMs: Number.MAX_SAFE_INTEGER };
    const points = await eventually(
      () => readPoints(reader, range, Date.now()),
      ({ length }) => length > 0,
    );
    expect(points).toMatchObject([{ value: 21.5 }]);
  });

  it("archive every delivery, also the one that cannot be decoded", async () => {
    const lines = async () => {
      const objects = await Promise.all(
        (await ministack.keysIn("deliveries/")).map((Key) =>
          services.s3.send(new GetObjectCommand({ Bucket: ARCHIVE, Key })),
        ),
      );
      const bodies = await Promise.all(objects.map(({ Body }) => Body?.transformToByteArray()));
      return bodies.flatMap((bytes) =>
        textOf(bytes ?? new Uint8Array())
          .split("\n")
          .filter((line) => line !== ""),
      );
    };
    const found = await eventually(lines, ({ length }) => length >= 3);
    expect(found.map((line) => JSON.parse(line).body).sort()).toEqual(
      expect.arrayContaining([expect.stringContaining(NODE), "{not json"]),
    );
  });

  it("the deployed zips put what cannot be decoded into the dead-letter queue", async () => {
    const { QueueUrl } = await services.sqs.send(
      new GetQueueUrlCommand({ QueueName: "rainhooks-dev-node-status-dead-letters" }),
    );
    const AttributeNames = ["ApproximateNumberOfMessages" as const];
    const depth = async () => {
      const { Attributes } = await services.sqs.send(
        new GetQueueAttributesCommand({ QueueUrl, AttributeNames }),
      );
      return Number(Attributes?.["ApproximateNumberOfMessages"]);
    };
    expect(await eventually(depth, (count) => count > 0)).toBe(1);
  });

  it("the deployed zips on ministack serve the query API's questions", async () => {
    const http = { method: "GET", path: `/v1/nodes/${NODE}`, sourceIp: "127.0.0.1" };
    const event = {
      version: "2.0",
      rawPath: http.path,
      rawQueryString: "",
      headers: {},
      requestContext: { http },
      isBase64Encoded: false,
    };
    const { statusCode, body } = JSON.parse(await ministack.invoke("query-api", event));
    expect([statusCode, JSON.parse(body)]).toMatchObject([200, { nodeId: NODE, state: "online" }]);
  });
});

/** ministack may or may not compress what Firehose writes. */
function textOf(bytes: Uint8Array): string {
  const isZipped = bytes[0] === 0x1f && bytes[1] === 0x8b;
  return Buffer.from(isZipped ? gunzipSync(bytes) : bytes).toString("utf8");
}
