import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { hourOf } from "@rainhooks/archive/hour";
import { type BucketServer, startBucketServer } from "@rainhooks/archive/testing/bucket-server";
import { toRainhooksError } from "@rainhooks/core/errors";
import { batchWrite } from "@rainhooks/dynamodb/batch-write";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { filterRulesTable } from "@rainhooks/filter/filter-rules-table";
import { nodeStatusTable } from "@rainhooks/node-status/node-status-tables";
import type { ExtensionRoutes } from "@rainhooks/stage/extension";
import { beginAudit, updateAudit } from "@rainhooks/stage/operations/audits";
import { aliveFields } from "@rainhooks/stage/operations/long-work";
import { Jobs } from "@rainhooks/stage/routes/jobs";
import type { StageAccess } from "@rainhooks/stage/stage-access";
import { StageSource } from "@rainhooks/stage/stage-source";
import { auditsTable } from "@rainhooks/stage/tables/stage-tables";
import { startQuietEndpoint } from "@rainhooks/stage/testing/quiet-endpoint";
import { startReceiver, type TestReceiver } from "@rainhooks/testing/receiver";
import { deliveryOf } from "@rainhooks/testing/samples";
import { Hono } from "hono";
import { RememberedDeliveries } from "../recent-deliveries.ts";
import { eventRoutes } from "./events.ts";
import { jobRoutes } from "./jobs.ts";
import { searchRoutes } from "./search.ts";
import { webhookRoutes } from "./webhooks.ts";

const HOUR_MS = 3_600_000;
const NODE = "kitchen";
const alertAt = (sentAtMs: number, id: string, node = NODE) =>
  deliveryOf(
    { event_type: "rmaker.event.alert", event_data: { node_id: node, message_body: {} } },
    { sentAtMs, id },
  );

describe("the routes of the console", () => {
  let server: BucketServer;
  let tables: TestTables;
  let access: StageAccess;
  let extensions: ExtensionRoutes[];
  let jobs: Jobs;
  let app: Hono;
  const nowMs = Date.now();
  const recent = alertAt(nowMs - 1000, "recent");
  const old = alertAt(nowMs - 50 * HOUR_MS, "old");

  let quiet: TestReceiver;
  beforeAll(async () => {
    quiet = await startQuietEndpoint();
    const objects = [recent, old].map((one) => [
      `deliveries/${hourOf(one.sentAtMs)}/${one.id}.gz`,
      gzipSync(JSON.stringify(one)),
    ]);
    server = await startBucketServer({ archive: Object.fromEntries(objects) }, 1000);
    tables = await startTables();
    for (const table of [auditsTable, filterRulesTable, nodeStatusTable])
      await tables.create(table);
  });
  afterAll(async () => {
    await server.stop();
    await quiet.stop();
    await tables.stop();
  });
  beforeEach(() => {
    const functionOf = (name: string, more: object = {}) => ({
      trigger: "topics",
      queueUrl: `https://sqs/${name}`,
      deadLetterQueueUrl: `https://sqs/${name}-dead`,
      ...more,
    });
    access = {
      clients: { s3: server.client, dynamodb: tables.newClient(), sqs: { send: countIn } },
      local: { dataDir: "/nowhere", file: { endpoint: quiet.url } },
      outputs: {
        stage: "dev",
        integration: "i",
        archive: { bucket: "archive", bufferS: 60 },
        tables: Object.fromEntries(
          ["audits", "filter-rules", "node-status"].map((name) => [name, name]),
        ),
        functions: { crm: functionOf("crm"), erp: functionOf("erp", { paused: true }) },
      },
    } as unknown as StageAccess;
    extensions = [{ routesOf: () => new Hono() }];
    jobs = new Jobs();
    const source = new StageSource(async () => access);
    const remembered = new RememberedDeliveries();
    app = new Hono()
      .route("/", eventRoutes(source, [], extensions, remembered))
      .route("/", searchRoutes(source, extensions, remembered))
      .route("/", webhookRoutes(source, extensions))
      .route("/", jobRoutes(source, jobs));
    app.onError((thrown) => {
      const { code, message } = toRainhooksError(thrown);
      return Response.json({ code, message }, { status: 500 });
    });
  });

  const get = async (path: string) => JSON.parse(await (await app.request(path)).text());
  const codeOf = async (path: string) => (await get(path)).code;

  it("a delivery is found in the archive of the last day, further back if its time is given, and then known", async () => {
    extensions.push({
      routesOf: () => new Hono(),
      deliveryFields: async (_, { id }) => ({ fieldOf: id }),
      outcomes: async (_, all) => all.map(({ id }) => [{ to: `crm-${id}`, state: "failed" }]),
    });
    expect(await get("/deliveries/gone")).toEqual({
      code: "not-found",
      message: expect.stringMatching(/no delivery gone in the last day\. Search/),
    });
    expect(await codeOf("/deliveries/old")).toBe("not-found");
    expect(await get(`/deliveries/old?at=${old.sentAtMs}`)).toMatchObject({
      delivery: { id: "old", type: "alert", nodes: [NODE], body: old.body },
      fieldOf: "old",
      webhooks: ["crm", "erp"].map((webhook) => ({
        webhook,
        kind: "unknown",
        text: expect.any(String),
      })),
    });
    expect((await get("/deliveries?limit=1")).deliveries).toMatchObject([
      { id: "recent", type: "alert" },
    ]);
    server.fetched.length = 0;
    expect(await get("/deliveries/recent")).toMatchObject({
      delivery: { id: "recent" },
      fieldOf: "recent",
    });
    expect(server.fetched).toEqual([]);
    // Of those that the page was shown, each extension says what came of them.
    expect(await get("/outcomes?ids=gone,recent")).toEqual({
      recent: [{ to: "crm-recent", state: "failed" }],
    });
    for (const path of ["/outcomes", "/deliveries?limit=0", "/deliveries/old?at=never"])
      expect(await codeOf(path)).toBe("input-invalid");
  });

  it("the live tail has the deliveries that pass its filter, and says where some are missing", async () => {
    const lines = [
      ...[recent, alertAt(nowMs, "other", "garden")].map((delivery) => ({
        kind: "delivery",
        delivery,
      })),
      { kind: "live" },
      { kind: "left-out", count: 3 },
    ];
    const feed = await startReceiver(({ path }, response) => {
      expect(path).toBe("/_rainhooks/events?last=200&follow");
      response.writeHead(200, { "content-type": "application/x-ndjson" });
      response.end(lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
    });
    access = { ...access, local: { dataDir: "", file: { endpoint: feed.url } } } as StageAccess;
    const response = await app.request(`/live?node=${NODE}`);
    expect(response.headers.get("content-type")).toBe("application/x-ndjson");
    expect(
      (await response.text())
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line)),
    ).toMatchObject([
      { kind: "delivery", delivery: { id: "recent", nodes: [NODE] } },
      { kind: "live" },
      { kind: "left-out", count: 3 },
    ]);
    await feed.stop();
    server.fetched.length = 0;
    expect((await get("/deliveries/recent")).delivery.id).toBe("recent");
    expect([server.fetched, await codeOf("/live")]).toEqual([[], "stage-unavailable"]);
    access = { ...access, local: undefined };
    expect(await get("/live")).toMatchObject({
      code: "input-invalid",
      message: expect.stringMatching(/live tail/),
    });
  });

  it("a search has what each source knows, once, and why one of them failed; nodes alone if asked for", async () => {
    const hit = { kind: "event", title: "alert", note: "", page: "events", id: "recent" } as const;
    const node = { nodeId: { S: NODE }, item: { S: "status" } };
    const { client } = tables;
    await batchWrite([{ PutRequest: { Item: node } }], { client, tableName: nodeStatusTable.name });
    extensions.push(
      {
        routesOf: () => new Hono(),
        lookUp: async (_, id) => [hit, { ...hit, title: "later" }, { ...hit, id }],
      },
      { routesOf: () => new Hono(), lookUp: () => Promise.reject(new Error("It is broken.")) },
    );
    const found = await get(`/search?id=${NODE}`);
    expect(found.hits.map(({ kind, title, id }: typeof hit) => [kind, title, id])).toEqual([
      ["node", NODE, NODE],
      ["event", "later", "recent"],
      ["event", "alert", NODE],
    ]);
    expect(found.failures).toEqual([expect.stringContaining("It is broken.")]);
    expect((await get(`/search?id=${NODE}&kind=node`)).hits).toHaveLength(1);
    expect([await codeOf("/search"), await codeOf("/search?id=a&kind=event")]).toEqual(
      Array.from({ length: 2 }, () => "input-invalid"),
    );
    access.clients.dynamodb.send = failing;
    expect(await get(`/search?id=${NODE}&kind=node`)).toMatchObject({
      message: expect.stringMatching(/gone/),
    });
  });

  it("webhooks have their counts and what extensions add, and what they did is in bins of the range", async () => {
    extensions.push({ routesOf: () => new Hono(), webhooksFields: async () => ({ replays: [1] }) });
    expect(await get("/webhooks")).toEqual({
      webhooks: [
        { name: "crm", waiting: 1, deadLetters: 0 },
        { name: "erp", waiting: 0, deadLetters: 2, paused: true },
      ],
      replays: [1],
    });
    const binsOf = async (query: string) => (await get(`/activity${query}`)).binMs / 60_000;
    expect([
      await binsOf(""),
      await binsOf("?range=24h"),
      await codeOf("/activity?range=1y"),
    ]).toEqual([5, 30, "input-invalid"]);
    expect(Object.keys((await get("/activity")).webhooks)).toEqual(["crm", "erp"]);
  });

  it("jobs are those of the page and of other doors, the last one first; the page can cancel its own", async () => {
    const table = { client: tables.client, tableName: auditsTable.name, keepDays: 1 };
    const begun = { operation: "rebuild", caller: "ann", door: "terminal", request: {} } as const;
    const begin = (title: string, startedAtMs: number, more: object = { runner: "other" }) =>
      beginAudit(table, { ...begun, ...aliveFields(title, startedAtMs), startedAtMs, ...more });
    await begin("Mine", nowMs - 10, {});
    await begin("Theirs", nowMs - 20, { runner: "other", progress: "copying" });
    await begin("Quiet", nowMs - 30);
    for (const [index, more] of [{ error: "throttled" }, {}].entries()) {
      const startedAtMs = nowMs - 40 - index;
      const id = await begin("Ended", startedAtMs);
      await updateAudit(
        table,
        { id, startedAtMs },
        { outcome: "failed", progress: "copying", ...more },
      );
    }
    const end = Promise.withResolvers<{ readonly text: string }>();
    const started = jobs.start("On the page", ({ signal }) => {
      signal?.addEventListener("abort", () => end.resolve({ text: "ended" }));
      return end.promise;
    });
    const shown = async () => {
      const all: readonly Record<"title" | "state" | "text", string>[] = await get("/jobs");
      return all.map(({ title, state, text }) => [title, state, text]);
    };
    const others = [
      ["Theirs (ann, terminal)", "running", "copying"],
      ["Quiet (ann, terminal)", "running", ""],
      ["Ended (ann, terminal)", "failed", "throttled"],
      ["Ended (ann, terminal)", "failed", ""],
    ];
    expect(await shown()).toEqual([["On the page", "running", ""], ...others]);
    // The others are read from time to time.
    await begin("Later", nowMs);
    expect(await shown()).toHaveLength(5);
    const cancel = (id: unknown, headers: Record<string, string>) =>
      app.request("/actions/cancel-job", { method: "POST", headers, body: JSON.stringify({ id }) });
    const headers = { "x-rainhooks-action": "cancel-job", origin: "http://127.0.0.1" };
    expect((await cancel(1, { origin: "http://127.0.0.1" })).status).toBe(403);
    expect(await (await cancel(-1, headers)).json()).toMatchObject({ code: "input-invalid" });
    expect(await (await cancel(7, headers)).json()).toMatchObject({ code: "not-found" });
    expect(await (await cancel(1, headers)).json()).toEqual({});
    await started;
    expect((await shown())[0]).toEqual(["On the page", "done", "ended"]);
  });

  it("jobs of other doors are none where the stage is of an earlier version", async () => {
    access = { ...access, outputs: { ...access.outputs, tables: {} } };
    expect(await get("/jobs")).toEqual([]);
  });
});

const MESSAGES: Readonly<Record<string, string>> = {
  "https://sqs/crm": "1",
  "https://sqs/erp-dead": "2",
};

/** Counts the messages of a queue, as SQS does. */
async function countIn({ input }: { readonly input: { readonly QueueUrl: string } }) {
  return { Attributes: { ApproximateNumberOfMessages: MESSAGES[input.QueueUrl] ?? "0" } };
}

function failing(): Promise<never> {
  return Promise.reject(new Error("gone"));
}
