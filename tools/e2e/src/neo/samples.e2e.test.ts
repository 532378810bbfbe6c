import { afterAll, beforeAll, describe, expect, it, test } from "@jest/globals";
import { parseTimeMs } from "@rainhooks/core/decode/time";
import type { JsonObject } from "@rainhooks/core/json";
import { NEO_SAMPLES, SAMPLE_NODE } from "@rainhooks/extensions/neo/testing/samples";
import { readArchive } from "@rainhooks/local/fleet/reconciliation/reconcile";
import { readNode } from "@rainhooks/node-status/read-node";
import { eventually } from "@rainhooks/testing/eventually";
import { readPoints } from "@rainhooks/time-series/read-points";
import mqtt, { type MqttClient } from "mqtt";
import { runCommand } from "../cli/testing/run-command.ts";
import { type NeoStage, startNeoStage } from "./neo-stage.ts";

/** The topics of Neo's nodes; readings in their basic-ingest form, which no other rule sees. */
function topicOf(topic: string): string {
  if (topic.startsWith("shadow/")) return `$aws/things/${SAMPLE_NODE}/${topic}`;
  const plain = `rainmaker/nodes/${SAMPLE_NODE}/${topic}`;
  return topic.startsWith("ts/") ? `$aws/rules/node_ts_rule/${plain}` : plain;
}

describe("the examples of Neo's documentation, through the functions as they are deployed", () => {
  let running: NeoStage;
  let node: MqttClient;

  beforeAll(async () => {
    running = await startNeoStage();
    node = await mqtt.connectAsync(running.neo.mqttUrl, {
      clientId: SAMPLE_NODE,
      reconnectPeriod: 0,
    });
    for (const { topic, payload } of NEO_SAMPLES)
      await node.publishAsync(topicOf(topic), JSON.stringify(payload), { qos: 1 });
  });
  afterAll(async () => {
    await node.endAsync();
    await running.stop();
  });

  const status = () => ({
    client: running.stage.clients.dynamodb,
    tableName: "rainhooks-local-node-status",
  });

  it("the examples are each one line of the archive, and no other line is there", async () => {
    const expected = NEO_SAMPLES.flatMap(({ events }) =>
      events.map(({ data }) => JSON.stringify(data)),
    );
    const archived = async () => {
      await running.stage.flush();
      const { deliveries } = await readArchive(running.stage.clients.s3, "rainhooks-local-archive");
      return deliveries
        .map(({ body }) => JSON.parse(body) as { event_type: string; event_data: JsonObject })
        .filter(({ event_type }) => event_type !== "rmaker.event.node_connected")
        .map(({ event_data: { node_id: _, ...data } }) => JSON.stringify(data));
    };
    const found = await eventually(archived, (lines) => lines.length >= expected.length);
    expect(found.toSorted()).toEqual(expected.toSorted());
    expect(running.problems).toEqual([]);
  });

  it("the examples make a node with its identity, which is online", async () => {
    const row = await eventually(
      () => readNode(status(), SAMPLE_NODE),
      (one) => one?.config !== undefined && one.state === "online",
    );
    expect(row).toMatchObject({
      config: { type: "Light", model: "LED_Smart", firmware: "2.1.0" },
      state: "online",
    });
  });

  test.each(NEO_SAMPLES.filter(({ topic }) => topic.startsWith("ts/")))(
    "$name is a point",
    async ({ payload }) => {
      const reader = { client: running.stage.liveTables, tableName: "rainhooks-local-time-series" };
      const range = {
        nodeId: SAMPLE_NODE,
        name: String(payload["k"]),
        fromMs: 0,
        toMs: Number.MAX_SAFE_INTEGER,
      };
      const points = await eventually(
        () => readPoints(reader, range, 0),
        (all) => all.length > 0,
      );
      expect(points).toMatchObject([{ atMs: parseTimeMs(payload["t"]), value: payload["v"] }]);
    },
  );

  it("a series has a point for each value of a millisecond", async () => {
    const atMs = Date.now() - 3_600_000;
    for (const v of [1, 2, 2])
      await node.publishAsync(
        topicOf("ts/x"),
        JSON.stringify({ k: "Meter.Power", dt: "int", t: atMs, v }),
        {
          qos: 1,
        },
      );
    const reader = { client: running.stage.liveTables, tableName: "rainhooks-local-time-series" };
    const range = {
      nodeId: SAMPLE_NODE,
      name: "Meter.Power",
      fromMs: 0,
      toMs: Number.MAX_SAFE_INTEGER,
    };
    const points = await eventually(
      () => readPoints(reader, range, 0),
      (all) => all.length > 1,
    );
    expect(points.map((point) => [point.atMs, point.value]).toSorted()).toEqual([
      [atMs, 1],
      [atMs, 2],
    ]);
  });

  it("the stage reports why a node has disconnected, and is not misled by a node that takes over its own session", async () => {
    const { mqttUrl } = running.neo;
    const first = await mqtt.connectAsync(mqttUrl, { clientId: "hasty", reconnectPeriod: 0 });
    first.on("error", () => undefined);
    const second = await mqtt.connectAsync(mqttUrl, { clientId: "hasty", reconnectPeriod: 0 });
    const replaced = await eventually(
      () => readNode(status(), "hasty"),
      (one) => one?.state === "online" && one.disconnectReason !== undefined,
    );
    expect(replaced?.disconnectReason?.reason).toBe("DUPLICATE_CLIENTID");
    await second.endAsync();
    const gone = await eventually(
      () => readNode(status(), "hasty"),
      (one) => one?.state === "offline" && one.disconnectReason?.reason !== "DUPLICATE_CLIENTID",
    );
    expect(gone?.disconnectReason?.reason).toBe("CLIENT_INITIATED_DISCONNECT");
  });

  it("the stage sets a message aside that can never be read, with the reason", async () => {
    const QueueUrl = running.stage.provisioned.queues.get("neo-events")?.queue.url;
    const { SendMessageCommand } = await import("@aws-sdk/client-sqs");
    await running.stage.clients.sqs.send(
      new SendMessageCommand({ QueueUrl, MessageBody: '{"shadow":3}' }),
    );
    const { out } = await eventually(
      () => runCommand(["dlq", "--data", running.dataDir]),
      (finished) => finished.out.includes("neo-events") && /neo-events\s+1\b/.test(finished.out),
    );
    expect(out).toContain("neo-events");
  });

  test.each([
    ["rainmaker", "login"],
    ["rainmaker", "register"],
    ["rainmaker", "unregister", "--dry-run"],
    ["rainmaker", "filters", "sync"],
  ])("the command %s %s says that Neo has no such thing", async (...args) => {
    const { code, err } = await runCommand([...args, "--data", running.dataDir]);
    expect([code, err]).toEqual([
      2,
      "The events of stage local come from RainMaker Neo, which has no integrations and no event filters: the stage gets every event. See docs/neo.md.",
    ]);
  });
});
