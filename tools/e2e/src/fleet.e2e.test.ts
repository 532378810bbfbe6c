import { DeleteItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { DeleteObjectCommand, ListObjectsV2Command } from "@aws-sdk/client-s3";
import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { RunResult } from "@rainhooks/app-local/run-fleet";
import { runTestFleet } from "@rainhooks/app-local/testing/run-test-fleet";
import { startTestStage, type TestStage } from "@rainhooks/app-local/testing/test-stage";
import { decode } from "@rainhooks/core/decode/decode";
import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import type { RainmakerEvent } from "@rainhooks/core/event";
import { readBaseline, reconcile } from "@rainhooks/local/fleet/reconciliation/reconcile";
import { readConnection } from "@rainhooks/node-status/read-node";
import { readTimeline } from "@rainhooks/node-status/timeline";
import { readDeadLetters } from "@rainhooks/stage/read-dead-letters";

const EVENTS = 1000;
const OPTIONS = {
  seed: 42,
  nodes: 60,
  events: EVENTS,
  duplicates: 0.1,
  undecodable: 0.01,
};
const BUCKET = "rainhooks-local-archive";

describe("messages of a fleet in disorder, 10 % of them twice, 1 % undecodable", () => {
  let test: TestStage;
  let run: RunResult;
  const problems: string[] = [];

  beforeAll(async () => {
    test = await startTestStage();
    run = await runTestFleet(test, OPTIONS, (text) => problems.push(text));
  });
  afterAll(() => test.stop());

  it("the messages are all accounted for", () => {
    const wrong = run.reconciliation.lines.filter(({ problems }) => problems.length > 0);
    expect(wrong).toEqual([]);
    expect(run.reconciliation.problems).toEqual([]);
    expect([...test.problems, ...problems]).toEqual([]);
  });

  it("the messages are all in the archive, each as it was published", () => {
    expect(run.published).toHaveLength(EVENTS);
    const archived = new Map(
      run.reconciliation.archive.deliveries.map(({ id, body }) => [id, body]),
    );
    expect(run.published.filter(({ id, message }) => archived.get(id) !== message.body)).toEqual(
      [],
    );
    // On a slow machine, a record may come a second time.
    expect(new Set(archived.keys())).toEqual(new Set(run.published.map(({ id }) => id)));
  });

  it("the messages make the node table that a sequential in-memory reader of the archive makes", () => {
    const held = new Set(
      run.rules
        .filter(({ integrations }) => !integrations.includes(test.stage.integration))
        .map(({ entityId, eventType }) => `${entityId} ${eventType}`),
    );
    expect(held.size).toBe(4);
    const events = run.reconciliation.archive.deliveries.flatMap(connectivityEvents);
    const rows = new Map<string, [atMs: number, state: string]>();
    const passed = events.filter(({ type, data }) => !held.has(`${data.userId} ${type}`));
    for (const { atMs, data } of passed.toSorted((a, b) => a.atMs - b.atMs)) {
      const atOnce = passed.filter(
        (other) => other.data.nodeId === data.nodeId && other.atMs === atMs,
      );
      rows.set(data.nodeId, [atMs, stateAfter(atOnce, rows.get(data.nodeId)?.[1])]);
    }
    const table = run.reconciliation.nodes.filter(({ state }) => state !== "unknown");
    expect(rows.size).toBeGreaterThan(40);
    expect(new Map(table.map(({ nodeId, sinceMs, state }) => [nodeId, [sinceMs, state]]))).toEqual(
      rows,
    );
  });

  it("the messages make a timeline for each node that ends in the state of its row", async () => {
    const client = test.stage.clients.dynamodb;
    const nodes = { client, tableName: "rainhooks-local-node-status" };
    const reader = { client, tableName: "rainhooks-local-node-timeline" };
    const time = {
      fromMs: run.startMs - 1000,
      toMs: Date.now() + 3_600_000,
      nowMs: Date.now() + 3_600_000,
    };
    for (const { nodeId, state, connectedAtMs, disconnectedAtMs } of run.reconciliation.nodes) {
      const row = await readConnection(nodes, nodeId);
      if (row === undefined) throw new Error(`${nodeId} has no row`);
      const { transitions, uptime } = await readTimeline(reader, nodeId, time, row);
      expect(transitions.at(-1)?.state ?? "unknown").toBe(state);
      const times = transitions.map(({ atMs }) => atMs);
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      if (state === "offline") expect(times).toContain(disconnectedAtMs);
      if (state === "online") expect(times.at(-1)).toBeLessThanOrEqual(connectedAtMs ?? 0);
      expect(uptime.onlineMs + uptime.offlineMs + uptime.unknownMs).toBe(time.toMs - time.fromMs);
    }
    const rows = run.reconciliation.nodes.filter(({ config }) => config?.firmware !== undefined);
    expect(rows.length).toBeGreaterThan(40);
  });

  it("the messages in the dead-letter queues are all undecodable bodies, and no others, with their reasons", async () => {
    const broken = run.published.filter(({ message }) => message.truth === undefined);
    expect(broken).toHaveLength(EVENTS * 0.01);
    for (const webhook of test.stage.webhooks) {
      const url = test.stage.provisioned.queues.get(webhook.name)?.deadLetters.url ?? "";
      const letters = await readDeadLetters({ sqs: test.stage.clients.sqs, queueUrl: url });
      const due = webhook.filtered
        ? broken.filter(({ message }) => webhook.events.includes(message.type))
        : [];
      expect(new Map(letters.map(({ deliveryId, body }) => [deliveryId, body]))).toEqual(
        new Map(due.map(({ id, message }) => [id, message.body])),
      );
      for (const { reason, errorCode } of letters) {
        expect(reason).toMatch(/^The delivery cannot be decoded: /);
        expect(["body-not-json", "envelope-invalid", "data-invalid"]).toContain(errorCode);
      }
    }
  });

  it("the reconciliation finds lost, wrong and unexpected data", async () => {
    const { clients, provisioned } = test.stage;
    const { Contents = [] } = await clients.s3.send(
      new ListObjectsV2Command({ Bucket: BUCKET, Prefix: "deliveries/" }),
    );
    await clients.s3.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: Contents[0]?.Key }));
    const [first, second] = run.reconciliation.nodes;
    const item = { S: "status" };
    const Key = { nodeId: { S: first?.nodeId ?? "" }, item };
    await clients.dynamodb.send(
      new DeleteItemCommand({ TableName: "rainhooks-local-node-status", Key }),
    );
    const Item = {
      nodeId: { S: "ghost" },
      item,
      statusShard: { S: "unknown#0" },
      sinceKey: { S: "0000000000000000#ghost" },
      nodeShard: { S: "0" },
    };
    await clients.dynamodb.send(
      new PutItemCommand({ TableName: "rainhooks-local-node-status", Item }),
    );
    const url = provisioned.queues.get("archive")?.deadLetters.url;
    await clients.sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: "stray" }));

    const before = { nodes: [], deadLetters: new Map(), totals: new Map() };
    const again = await reconcile(test.stage, run.published, run.rules, before);
    const problems = again.problems.join("\n");
    expect(problems).toContain("is not in the archive");
    expect(problems).toContain(`node ${first?.nodeId} should be`);
    expect(problems).not.toContain(`node ${second?.nodeId} should be`);
    expect(problems).toContain("node ghost should not be there");
    expect(problems).toContain("should not be in the dead-letter queue of archive");
    expect((await readBaseline(test.stage)).nodes.map(({ nodeId }) => nodeId)).toContain("ghost");
  });
});

type Connectivity = RainmakerEvent<
  "rmaker.event.node_connected" | "rmaker.event.node_disconnected"
>;

function connectivityEvents(delivery: Delivery): Connectivity[] {
  const decoded = decode(delivery);
  if (decoded.kind !== "event") return [];
  const { event } = decoded;
  const { type } = event;
  return type === "rmaker.event.node_connected" || type === "rmaker.event.node_disconnected"
    ? [event as Connectivity]
    : [];
}

/** A connect and a disconnect at the same time leave a state as it was that was known before. */
function stateAfter(events: readonly Connectivity[], before: string | undefined): string {
  const states = events.map(({ type }) =>
    type === "rmaker.event.node_connected" ? "online" : "offline",
  );
  return new Set(states).size > 1 && before !== undefined ? before : (states.at(-1) ?? "unknown");
}
