import { createServer } from "node:http";
import { gunzipSync, gzipSync } from "node:zlib";
import { PutItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { SQSClient } from "@aws-sdk/client-sqs";
import { marshall } from "@aws-sdk/util-dynamodb";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { hourOf } from "@rainhooks/archive/hour";
import { type BucketServer, startBucketServer } from "@rainhooks/archive/testing/bucket-server";
import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import { DAY_MS } from "@rainhooks/core/durations";
import { tableSlotsTable } from "@rainhooks/dynamodb/slots/slots-table";
import type { TableDescription } from "@rainhooks/dynamodb/table-description";
import { createTable, tablesServer } from "@rainhooks/embedded-dynamodb/test-tables";
import { filterRulesTable } from "@rainhooks/filter/filter-rules-table";
import { nodeStatusTable } from "@rainhooks/node-status/node-status-tables";
import { localClients } from "@rainhooks/stage/clients";
import type { Progress } from "@rainhooks/stage/operate/progress";
import type { StageAccess } from "@rainhooks/stage/stage-access";
import { erasureTable } from "@rainhooks/stage/tables/erasures";
import { erasuresTable, replaysTable } from "@rainhooks/stage/tables/stage-tables";
import { startQuietEndpoint } from "@rainhooks/stage/testing/quiet-endpoint";
import { listenOnLoopback } from "@rainhooks/testing/listen";
import { MemoryQueues } from "@rainhooks/testing/memory-queues";
import { deliveryOf } from "@rainhooks/testing/samples";
import { alarmsTable, watchRulesTable } from "../../alarms/watch-tables.ts";
import { attemptsTable, outboxTable } from "../../forwarding/forwarding-tables.ts";
import { decodeEvents, packEvents } from "../../forwarding/outbox/entry.ts";
import { eraseSubject } from "./erase.ts";
import { type Erasure, listErasures } from "./erasure-store.ts";
import { NAMES_NO_USER } from "./leftovers.ts";
import { planErasure } from "./plan.ts";
import type { ErasureSubject } from "./subject.ts";

const USER = "5c75d6be-4a95-4065-951b-9519664f6498";
const user: ErasureSubject = { kind: "user", id: USER, also: ["anna@example.com"] };
const node: ErasureSubject = { kind: "node", id: "kitchen", also: [] };
/** Tables with data of somebody, in the order in which they are searched. */
const TABLES = [
  "attempts",
  "node-status",
  "node-status-b",
  "filter-rules",
  "own-webhook",
  "replays",
];
/** Tables that are empty at first. */
const OTHERS = ["erasures", "table-slots", "outbox", "watch-rules", "alarms"];
const OBJECTS = 3;
/** More than are erased between two checkpoints. */
const MANY = 130;
const { now } = Date;

describe("an erasure", () => {
  let access: StageAccess;
  let server: BucketServer;
  let queues: MemoryQueues;
  let stops: (() => unknown)[] = [];

  beforeEach(async () => {
    // What an erasure waits for has happened when it looks: a second is on the way to a queue.
    let looks = 0;
    Date.now = () => {
      looks += 1;
      return now() + looks * 1001;
    };
    const dynamodb = tablesServer();
    const endpoint = await listenOnLoopback(dynamodb);
    const quiet = await startQuietEndpoint(endpoint);
    queues = new MemoryQueues(now);
    for (const name of ["crm", "crm-dead-letters"]) queues.create(name, {});
    server = await startBucketServer({ archive: objects(OBJECTS) }, 1000);
    const clients = {
      ...localClients(endpoint),
      s3: server.client,
      sqs: new SQSClient(queues.clientOptions),
    };
    const tables = Object.fromEntries([...TABLES, ...OTHERS].map((name) => [name, `t-${name}`]));
    for (const name of [...TABLES, ...OTHERS])
      await createTable(clients.dynamodb, `t-${name}`, TABLE_OF[name] ?? PLAIN);
    for (const name of TABLES.filter((one) => one !== "replays"))
      for (const row of rowsOf(name.replace("-b", "")))
        await clients.dynamodb.send(
          new PutItemCommand({ TableName: `t-${name}`, Item: marshall(row) }),
        );
    access = {
      clients,
      local: { dataDir: "/nowhere", file: { endpoint: quiet.url } as never },
      outputs: {
        stage: "local",
        region: "us-east-1",
        integration: "i",
        tables,
        parameters: {},
        archive: { bucket: "archive", stream: "s", bufferS: 0 },
        functions: {
          crm: {
            trigger: "topics",
            settings: {},
            queueUrl: queues.urlOf("crm"),
            deadLetterQueueUrl: queues.urlOf("crm-dead-letters"),
          },
        },
      },
    };
    stops = [
      quiet.stop,
      () => server.stop(),
      () => dynamodb.close(),
      () => clients.dynamodb.destroy(),
    ];
  });
  afterEach(async () => {
    Date.now = now;
    for (const stop of stops) await stop();
  });

  async function tablesWith(text: string): Promise<string[]> {
    const found: string[] = [];
    for (const name of TABLES) {
      const { Items } = await access.clients.dynamodb.send(
        new ScanCommand({ TableName: `t-${name}` }),
      );
      if (JSON.stringify(Items).includes(text)) found.push(name);
    }
    return found;
  }

  const objectsWith = (text: string) =>
    Object.values(server.buckets["archive"] ?? {}).filter((bytes) =>
      gunzipSync(bytes).toString().includes(text),
    ).length;

  const searched = TABLES.filter((one) => one !== "replays");

  it("an erasure searches every table of the stage, also of own webhooks and in both slots, and each further name", async () => {
    const { tables, counts } = await planErasure(access, user);
    expect([...tables.keys()]).toEqual(searched);
    expect(counts).toMatchObject({ changed: 2 * OBJECTS, dropped: 0, items: 2 * searched.length });
    const { erasure } = await eraseSubject(access, user);
    expect(erasure).toMatchObject({
      step: "done",
      counts: { changed: 2 * OBJECTS, rewritten: OBJECTS },
    });
    expect([await tablesWith(USER), objectsWith(USER), objectsWith("anna@example.com")]).toEqual([
      [],
      0,
      0,
    ]);
    expect(await tablesWith(erasure.alias)).toEqual(searched);
    expect(await tablesWith("garden")).toEqual(searched);
  });

  it("an erasure deletes what belongs to a node by its attribute alone, but keeps the place of filter rules", async () => {
    const { erasure } = await eraseSubject(access, node);
    expect([await tablesWith("kitchen"), objectsWith("kitchen"), objectsWith("garden")]).toEqual([
      [],
      0,
      OBJECTS,
    ]);
    expect(await tablesWith(erasure.alias)).toEqual(["filter-rules"]);
  });

  it("an erasure that is stopped between two checkpoints resumes there, and its record does not say whose data it erases", async () => {
    server.buckets["archive"] = objects(MANY);
    const ending = new AbortController();
    const onProgress = ({ step }: Progress) => {
      if (step === "erase") ending.abort(new Error("ended"));
    };
    const stored: Erasure[] = [];
    const onStored = async (one: Erasure) => {
      stored.push(one);
    };
    const options = { signal: ending.signal, onProgress, onStored };
    await expect(eraseSubject(access, user, options)).rejects.toThrow("ended");
    const [begun, ...more] = await listErasures(erasureTable(access));
    expect(more).toEqual([]);
    // Who has begun it is recorded with its number, also if it never ends.
    expect(stored).toMatchObject([{ id: begun?.id, alias: begun?.alias, step: "tables" }]);
    expect(begun).toMatchObject({ step: "archive", place: "deliveries/2026/11/24/08/127.gz" });
    expect(JSON.stringify(begun)).not.toContain(USER);
    expect(objectsWith(USER)).toBe(MANY - 128);
    expect((await planErasure(access, user)).begun?.id).toBe(begun?.id);
    const { erasure } = await eraseSubject(access, user);
    expect([erasure.id, erasure.counts.rewritten]).toEqual([begun?.id, MANY]);
    expect([await tablesWith(USER), objectsWith(USER)]).toEqual([[], 0]);
    expect(
      JSON.stringify(
        (await access.clients.dynamodb.send(new ScanCommand({ TableName: "t-erasures" }))).Items,
      ),
    ).not.toContain(USER);
  });

  it("an erasure that was stopped reads again from where it has set a row by its delivery", async () => {
    const data = { node_id: "garden", user_name: "Anna Smith", message_body: "Anna Smith left" };
    const alert = JSON.stringify(
      deliveryOf({ event_type: "rmaker.event.alert", event_data: data }),
    );
    const first = { "deliveries/2026/11/24/07/0.gz": gzipSync(alert) };
    server.buckets["archive"] = { ...first, ...objects(MANY) };
    const ending = new AbortController();
    const onProgress = ({ step }: Progress) => {
      if (step === "erase") ending.abort(new Error("ended"));
    };
    const named: ErasureSubject = { ...user, also: ["Anna"] };
    const options = { signal: ending.signal, onProgress };
    await expect(eraseSubject(access, named, options)).rejects.toThrow("ended");
    const [begun] = await listErasures(erasureTable(access));
    expect(begun).toMatchObject({ step: "archive" });
    expect(begun).not.toHaveProperty("place");
    expect((await eraseSubject(access, named)).erasure).toMatchObject({
      id: begun?.id,
      step: "done",
    });
    expect([objectsWith(USER), objectsWith("Anna Smith left")]).toEqual([0, 1]);
  });

  it("a plan says why nothing is found of a user where no event names one", async () => {
    const why = async (subject: ErasureSubject) =>
      (await planErasure(access, subject)).leftovers.filter(({ where }) => where === NAMES_NO_USER)
        .length;
    expect(await why(user)).toBe(0);
    const body = {
      event_type: "rmaker.event.alert",
      event_data: { node_id: "garden", message_body: "off" },
    };
    server.buckets["archive"] = {
      "deliveries/2026/11/24/07/0.gz": gzipSync(JSON.stringify(deliveryOf(body))),
    };
    expect([await why(user), await why(node)]).toEqual([1, 0]);
    const { leftovers } = await eraseSubject(access, { kind: "user", id: "nobody", also: [] });
    expect(leftovers.map(({ where }) => where)).toContain(NAMES_NO_USER);
  });

  it("an erasure searches tables again for what a function writes meanwhile, and does not end before", async () => {
    const put = (id: string) =>
      access.clients.dynamodb.send(
        new PutItemCommand({
          TableName: "t-attempts",
          Item: marshall({ webhookId: id, item: "late", by: USER }),
        }),
      );
    let writes = 0;
    let last: Promise<unknown> = Promise.resolve();
    const writing = (max: number) => ({
      onProgress: ({ step }: Progress) => {
        if (step !== "read-tables" || writes >= max) return;
        writes += 1;
        last = put(`late-${writes}`);
      },
    });
    await eraseSubject(access, user, writing(1));
    await last;
    expect(await tablesWith(USER)).toEqual([]);
    await put("before");
    await expect(eraseSubject(access, user, writing(Number.POSITIVE_INFINITY))).rejects.toThrow(
      "still written",
    );
    await last;
    writes = Number.POSITIVE_INFINITY;
    await eraseSubject(access, user);
    expect(await tablesWith(USER)).toEqual([]);
  });

  const put = (table: string, item: object) =>
    access.clients.dynamodb.send(
      new PutItemCommand({ TableName: `t-${table}`, Item: marshall(item) }),
    );

  it("an erasure takes events out of the packed outbox, and its plan finds them", async () => {
    const [kitchen, garden] = alerts(0).map((delivery, index) => ({
      webhookId: `evt_${index}`,
      delivery,
    }));
    if (kitchen === undefined || garden === undefined) throw new Error("There are no events.");
    const entry = {
      lane: "crm.0#all:0",
      item: "e#1",
      events: packEvents([kitchen, garden]).B,
      count: 2,
    };
    await put("outbox", entry);
    await put("outbox", { ...entry, lane: "crm.0#node:kitchen" });
    await put("outbox", {
      ...entry,
      item: "e#2",
      lane: "crm.0#node:kitchen",
      events: packEvents([kitchen]).B,
    });
    await put("outbox", { ...entry, lane: "crm.0#node:kitchen b", events: packEvents([garden]).B });
    const found: unknown[] = [];
    const plan = await planErasure(access, node, { onFound: (one) => found.push(one) });
    expect(plan.tables.get("outbox")).toBe(3);
    const waiting = JSON.stringify(found.filter((one) => JSON.stringify(one).includes("e#")));
    expect(waiting).toContain('"webhookId":"evt_0"');
    expect(waiting).not.toContain('"webhookId":"evt_1"');
    await eraseSubject(access, node);
    const { Items = [] } = await access.clients.dynamodb.send(
      new ScanCommand({ TableName: "t-outbox" }),
    );
    const left = Items.map((item) => [
      item["lane"]?.S,
      decodeEvents(item).map((one) => one.webhookId),
    ]);
    expect(left).toHaveLength(3);
    expect(left).toEqual(
      expect.arrayContaining([
        ["crm.0#all:0", ["evt_1"]],
        ["crm.0#node:kitchen b", ["evt_1"]],
        // What is about others waits in order behind it.
        ["crm.0#node:kitchen", ["evt_1"]],
      ]),
    );
    await eraseSubject(access, user);
    const { Items: after = [] } = await access.clients.dynamodb.send(
      new ScanCommand({ TableName: "t-outbox" }),
    );
    expect(JSON.stringify(after.map(decodeEvents))).not.toMatch(/5c75d6be|anna/);
  });

  it("an erasure plans what it would take, by kind and with examples, and of what it is unsure", async () => {
    await put("own-webhook", { id: "kitchen#1" });
    await put("own-webhook", { id: "the kitchens" });
    await put("own-webhook", { id: "note", text: "Somebody is in the kitchen." });
    queues.find("crm")?.send("{}");
    const { examples, waits, tables } = await planErasure(access, node);
    expect(tables.get("own-webhook")).toBe(3);
    const of = (kind: string, place: string) =>
      examples.filter((one) => one.kind === kind && one.place === place).map(({ text }) => text);
    expect(of("goes", "archive")).toHaveLength(1);
    expect(of("goes", "archive")[0]).toContain("kitchen");
    expect(of("goes", "own-webhook").toSorted()).toEqual([
      expect.stringContaining("kitchen#1"),
      expect.stringContaining('"nodeId":"kitchen"'),
    ]);
    expect(of("word", "")).toEqual(["Somebody is in the kitchen."]);
    expect(of("stays", "")).toEqual(["the kitchens"]);
    expect(waits).toEqual([{ webhook: "crm", messages: 1 }]);
  });

  it("an erasure continues without a function that has not handled its messages in time, but not without a store", async () => {
    // A message of long ago waits for it.
    const service = createServer(({ method }, response) => {
      response.writeHead(method === "POST" ? 204 : 200, { "content-type": "application/json" });
      response.end(JSON.stringify({ crm: 1 }));
    });
    const endpoint = await listenOnLoopback(service);
    stops.push(() => service.close());
    access = { ...access, local: { dataDir: "/nowhere", file: { endpoint } as never } };
    const waits: unknown[] = [];
    const onProgress = (progress: Progress) => {
      if (progress.step === "wait") waits.push(progress.wait);
    };
    const { leftovers, erasure } = await eraseSubject(access, user, { maxWaitMs: 10, onProgress });
    expect(waits).toContainEqual({ for: "handled", webhook: "crm", leftMs: expect.any(Number) });
    expect(leftovers.map(({ where }) => where).join()).toContain("messages that wait for crm");
    expect(erasure.goneAtMs).toBeGreaterThan((erasure.doneAtMs ?? 0) + 27 * DAY_MS);
    const { crm = { trigger: "url" } } = access.outputs.functions;
    const outputs = {
      ...access.outputs,
      functions: { "node-status": crm },
    } as StageAccess["outputs"];
    await expect(eraseSubject({ ...access, outputs }, node, { maxWaitMs: 10 })).rejects.toThrow(
      "node-status did not handle in time",
    );
    expect(await tablesWith("kitchen")).not.toEqual([]);
  });

  it("an erasure removes an alarm event of a sweep that had read the node before, and events at the very end", async () => {
    const rule = { name: "off", kind: "offline", for: "10m", severity: "high" };
    const states = JSON.stringify([{ fromMs: 0, version: 1, status: "in-force", rule }]);
    await put("watch-rules", { name: "off", revision: 1, states });
    const swept = (sweptMs: number) =>
      put("alarms", {
        subject: "sweep",
        item: "state",
        state: JSON.stringify({ passes: { changes: { sweptMs } } }),
      });
    await swept(Date.now() - 1);
    const publish = (name: string) => {
      const alarms = [{ alarm_id: "a", node_id: "kitchen", node_name: "Anna's lamp" }];
      const body = {
        event_type: "rainhooks.event.alarm_changed",
        event_data: { rule: "off", alarms },
      };
      const bytes = gzipSync(JSON.stringify(deliveryOf(body)));
      // An hour may have begun meanwhile.
      const key = `deliveries/${hourOf(Date.now())}/${name}.gz`;
      server.buckets["archive"] = { ...server.buckets["archive"], [key]: bytes };
    };
    let published = 0;
    const onProgress = async (progress: Progress) => {
      if (progress.step === "wait" && progress.wait.for === "swept" && published === 0) {
        published = 1;
        publish("by-sweep");
        await swept(Date.now() + 1);
      }
      // The objects that were there before have been read.
      if (progress.step === "erase" && published === 1) {
        published = 2;
        publish("after-all");
      }
    };
    const alarmed = { ...node, also: ["Anna's lamp"] };
    await eraseSubject(access, alarmed, { onProgress: (progress) => void onProgress(progress) });
    expect(published).toBe(2);
    expect([objectsWith("kitchen"), objectsWith("Anna"), await tablesWith("kitchen")]).toEqual([
      0,
      0,
      [],
    ]);
  });

  it("an erasure continues with a broken object, and reports it; failed records of other nodes stay", async () => {
    const record = (data: object) => {
      const delivery = deliveryOf({ event_type: "rmaker.event.user_node_added", event_data: data });
      return JSON.stringify({ rawData: Buffer.from(JSON.stringify(delivery)).toString("base64") });
    };
    const records = [record({ nodes: ["kitchen"] }), record({ nodes: ["kitchen", "garden"] })];
    server.buckets["archive"] = {
      ...server.buckets["archive"],
      "deliveries/2026/11/24/08/z.gz": gzipSync("{}").subarray(0, 12),
      "errors/format/2026/11/24/08/e": Buffer.from(records.join("\n")),
    };
    const { leftovers, erasure } = await eraseSubject(access, node);
    expect(leftovers.map(({ where }) => where).join()).toContain("1 broken object");
    const left = String(server.buckets["archive"]["errors/format/2026/11/24/08/e"]).split("\n");
    const { rawData } = JSON.parse(left[0] ?? "");
    expect([left.length, Buffer.from(rawData, "base64").toString()]).toEqual([
      1,
      expect.stringMatching(`${erasure.alias}.*garden`),
    ]);
  });

  it("an erasure waits until what was published before is handled", async () => {
    Date.now = now;
    queues.find("crm")?.send("{}");
    const steps: string[] = [];
    const onProgress = ({ step }: Progress) => {
      if (step === "read-tables" && queues.find("crm")?.counts().visible === 1)
        steps.push("too early");
      steps.push(step);
    };
    const done = eraseSubject(access, user, { onProgress });
    await new Promise((resolve) => setTimeout(resolve, 600));
    const [message] = queues.find("crm")?.receive(1) ?? [];
    queues.find("crm")?.delete(message?.receiptHandle ?? "");
    await done;
    expect(steps).not.toContain("too early");
  });

  it("an erasure does not begin while a paused function has messages", async () => {
    const { crm } = access.outputs.functions;
    if (crm?.trigger !== "topics") throw new Error("There is no function.");
    const pausedStage = {
      ...access,
      outputs: { ...access.outputs, functions: { crm: { ...crm, paused: true as const } } },
    };
    queues.find("crm")?.send("{}");
    await expect(eraseSubject(pausedStage, user)).rejects.toMatchObject({
      code: "write-conflict",
      message: expect.stringMatching(
        /^crm is paused, and messages wait for it that may name the node or user\./,
      ),
    });
    expect(await listErasures(erasureTable(access))).toEqual([]);
    const [message] = queues.find("crm")?.receive(1) ?? [];
    queues.find("crm")?.delete(message?.receiptHandle ?? "");
    await expect(eraseSubject(pausedStage, node, { onProgress: failing })).rejects.toThrow("ended");
    queues.find("crm")?.send("{}");
    await expect(eraseSubject(pausedStage, node)).rejects.toThrow("that may name the node. Let it");
  });

  it("an erasure deletes dead letters with the subject in body or reason, and no others", async () => {
    const letters = queues.find("crm-dead-letters");
    letters?.send(JSON.stringify({ user: USER }));
    letters?.send("{}", {
      attributes: { reason: { DataType: "String", StringValue: `no user ${USER}` } },
    });
    // Only the attributes of the message say whose it is.
    letters?.send(
      JSON.stringify({ Message: "not JSON", MessageAttributes: { user_id: { Value: USER } } }),
    );
    letters?.send('{"user":"somebody-else"}');
    expect((await planErasure(access, user)).counts.letters).toBe(3);
    expect((await eraseSubject(access, user)).erasure.counts.letters).toBe(3);
    expect(letters?.peek().map(({ body }) => body)).toEqual(['{"user":"somebody-else"}']);
  });

  it("an erasure reads all versions of objects of a deployed stage", async () => {
    const commands: string[] = [];
    server.client.middlewareStack.add(
      (next, { commandName }) =>
        (args) => {
          commands.push(String(commandName));
          return next(args);
        },
      { step: "initialize" },
    );
    const { erasures = "" } = access.outputs.tables;
    const outputs = { ...access.outputs, tables: { erasures }, functions: {} };
    await planErasure({ ...access, outputs, local: undefined }, user);
    expect(commands).toContain("ListObjectVersionsCommand");
    expect(commands).not.toContain("ListObjectsV2Command");
  });
});

/** Makes an alert of each of two nodes. */
function alerts(sentAtMs: number): Delivery[] {
  return ["kitchen", "garden"].map((node_id) => {
    const event_data = { node_id, user_id: USER, by: "anna@example.com" };
    return deliveryOf({ event_type: "rmaker.event.alert", event_data }, { sentAtMs });
  });
}

/** Makes objects of the archive, each with an event of two nodes. */
function objects(count: number): Record<string, Buffer> {
  const lines = (index: number) => alerts(index).map((one) => JSON.stringify(one));
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      `deliveries/2026/11/24/08/${String(index).padStart(3, "0")}.gz`,
      gzipSync(lines(index).join("\n")),
    ]),
  );
}

const PLAIN: TableDescription = { name: "plain", partitionKey: { name: "id", type: "S" } };

const TABLE_OF: Readonly<Record<string, TableDescription>> = {
  "table-slots": tableSlotsTable,
  erasures: erasuresTable,
  replays: replaysTable,
  attempts: attemptsTable,
  "node-status": nodeStatusTable,
  "node-status-b": nodeStatusTable,
  "filter-rules": filterRulesTable,
  outbox: outboxTable,
  alarms: alarmsTable,
  "watch-rules": watchRulesTable,
};

/**
 * Returns items of a table: one with the user in its key or in a response, one of a node, one of
 * another node.
 */
function rowsOf(table: string): object[] {
  const of = (nodeId: string) => ({ nodeId, by: nodeId === "kitchen" ? USER : "ben" });
  if (table === "attempts")
    return [
      { webhookId: "w1", item: "crm#1", nodeId: "garden", response: `No ${USER}.` },
      ...["kitchen", "garden"].map((nodeId) => ({ webhookId: "w2", item: nodeId, ...of(nodeId) })),
    ];
  if (table === "node-status")
    return [
      { nodeId: "garden", item: `user#${USER}` },
      ...["kitchen", "garden"].map((nodeId) => ({ item: "status", ...of(nodeId) })),
    ];
  if (table === "filter-rules")
    return [
      { entity: `user#${USER}`, eventType: "t" },
      ...["kitchen", "garden"].map((one) => ({
        entity: `node#${one}`,
        eventType: "t",
        by: of(one).by,
      })),
    ];
  return [{ id: `${USER}#x` }, { id: "plain", ...of("kitchen") }, { id: "other", ...of("garden") }];
}

function failing({ step }: Progress): void {
  if (step === "erase") throw new Error("ended");
}
