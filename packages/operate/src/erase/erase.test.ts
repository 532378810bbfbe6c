import { gunzipSync, gzipSync } from "node:zlib";
import { PutItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { SQSClient } from "@aws-sdk/client-sqs";
import { marshall } from "@aws-sdk/util-dynamodb";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { readParquet, writeParquet } from "@rainhooks/archive/parquet";
import { type BucketServer, startBucketServer } from "@rainhooks/archive/testing";
import type { TableDescription } from "@rainhooks/dynamodb";
import { createTable, tablesServer } from "@rainhooks/embedded-dynamodb";
import { localClients, type ReachedStage } from "@rainhooks/stage";
import { deliveryOf, listenOnLoopback, MemoryQueues } from "@rainhooks/testing";
import type { Progress } from "../progress.ts";
import { eraseSubject, planErasure } from "./erase.ts";
import { erasureTable, listErasures } from "./erasure-store.ts";
import type { ErasureSubject } from "./subject.ts";

const USER = "5c75d6be-4a95-4065-951b-9519664f6498";
const user: ErasureSubject = { kind: "user", id: USER, also: ["anna@example.com"] };
const node: ErasureSubject = { kind: "node", id: "kitchen", also: [] };
/** Tables with data of somebody, in the order in which they are searched. */
const TABLES = ["attempts", "node-status", "node-status-b", "filter-rules", "own-webhook", "replays"];
const OBJECTS = 3;
/** More than are erased between two checkpoints. */
const MANY = 130;

describe("an erasure", () => {
  let reached: ReachedStage;
  let server: BucketServer;
  let queues: MemoryQueues;
  let stops: (() => unknown)[] = [];

  beforeEach(async () => {
    const dynamodb = tablesServer();
    const endpoint = await listenOnLoopback(dynamodb);
    queues = new MemoryQueues(Date.now);
    for (const name of ["crm", "crm-dead-letters"]) queues.create(name, {});
    server = await startBucketServer({ archive: objects(OBJECTS) }, 1000);
    const clients = {
      ...localClients(endpoint),
      s3: server.client,
      sqs: new SQSClient(queues.clientOptions),
    };
    const tables = Object.fromEntries(
      [...TABLES, "erasures", "table-slots"].map((name) => [name, `t-${name}`]),
    );
    for (const name of [...TABLES, "erasures", "table-slots"])
      await createTable(clients.dynamodb, `t-${name}`, TABLE_OF[name] ?? PLAIN);
    for (const name of TABLES.filter((one) => one !== "replays"))
      for (const row of [
        { id: `${USER}#x` },
        { id: "plain", nodeId: "kitchen", by: USER },
        { id: "other", nodeId: "garden" },
      ])
        await clients.dynamodb.send(new PutItemCommand({ TableName: `t-${name}`, Item: marshall(row) }));
    reached = {
      clients,
      local: { dataDir: "/nowhere", file: { endpoint } as never },
      outputs: {
        ...{ stage: "local", region: "us-east-1", integration: "i", tables, parameters: {} },
        archive: { bucket: "archive", stream: "s", bufferS: 0 },
        functions: {
          crm: {
            ...{ trigger: "topics", delivery: "queue", settings: {} },
            queueUrl: queues.urlOf("crm"),
            deadLetterQueueUrl: queues.urlOf("crm-dead-letters"),
          },
        },
      },
    };
    stops = [() => server.stop(), () => dynamodb.close(), () => clients.dynamodb.destroy()];
  });
  afterEach(async () => {
    for (const stop of stops) await stop();
  });

  async function tablesWith(text: string): Promise<string[]> {
    const found: string[] = [];
    for (const name of TABLES) {
      const { Items } = await reached.clients.dynamodb.send(new ScanCommand({ TableName: `t-${name}` }));
      if (JSON.stringify(Items).includes(text)) found.push(name);
    }
    return found;
  }

  const objectsWith = (text: string) =>
    Object.values(server.buckets["archive"] ?? {}).filter((bytes) =>
      gunzipSync(bytes).toString().includes(text),
    ).length;

  const searched = TABLES.filter((one) => one !== "replays");

  it("searches every table of the stage, also of own webhooks and in both slots, and each further name", async () => {
    const { tables, counts } = await planErasure(reached, user);
    expect([...tables.keys()]).toEqual(searched);
    expect(counts).toMatchObject({ changed: 2 * OBJECTS, dropped: 0, items: 2 * searched.length });
    const { erasure } = await eraseSubject(reached, user);
    expect(erasure).toMatchObject({ step: "done", counts: { changed: 2 * OBJECTS, rewritten: OBJECTS } });
    expect([await tablesWith(USER), objectsWith(USER), objectsWith("anna@example.com")]).toEqual([[], 0, 0]);
    expect(await tablesWith(erasure.alias)).toEqual(searched);
    expect(await tablesWith("garden")).toEqual(searched);
  });

  it("does not bring back what another process has taken out of an object meanwhile", async () => {
    const [key = ""] = Object.keys(server.buckets["archive"] ?? {});
    const linesOf = () =>
      gunzipSync(server.buckets["archive"]?.[key] ?? "")
        .toString()
        .split("\n");
    const [, garden = ""] = linesOf();
    let isFirst = true;
    server.client.middlewareStack.add(
      (next, { commandName }) =>
        (args) => {
          if (commandName === "PutObjectCommand" && isFirst && Object(args.input)["Key"] === key) {
            isFirst = false;
            server.buckets["archive"] = { ...server.buckets["archive"], [key]: gzipSync(garden) };
          }
          return next(args);
        },
      { step: "initialize" },
    );
    const { erasure } = await eraseSubject(reached, user);
    expect(erasure).toMatchObject({ step: "done", counts: { changed: 2 * OBJECTS - 1, rewritten: OBJECTS } });
    expect(linesOf()).toEqual([expect.stringMatching(`garden.*${erasure.alias}`)]);
    expect(objectsWith(USER)).toBe(0);
  });

  it("says so if an object changes all the time", async () => {
    const [key = ""] = Object.keys(server.buckets["archive"] ?? {});
    const lines = gunzipSync(server.buckets["archive"]?.[key] ?? "").toString();
    let changes = 0;
    server.client.middlewareStack.add(
      (next, { commandName }) =>
        (args) => {
          if (commandName === "PutObjectCommand" && Object(args.input)["Key"] === key) {
            changes += 1;
            server.buckets["archive"] = {
              ...server.buckets["archive"],
              [key]: gzipSync(`${lines}\n${changes}`),
            };
          }
          return next(args);
        },
      { step: "initialize" },
    );
    await expect(eraseSubject(reached, user)).rejects.toMatchObject({
      code: "write-conflict",
      message: expect.stringContaining(`The object ${key} changes all the time`),
    });
    expect(changes).toBe(5);
  });

  it("writes Parquet as Parquet, without the subject", async () => {
    const columns = ["id", "sentatms", "topic", "attributes", "body"];
    const { lines } = {
      lines: gunzipSync(Object.values(server.buckets["archive"] ?? {})[0] ?? "")
        .toString()
        .split("\n"),
    };
    server.buckets["archive"] = {
      "deliveries/2026/11/24/08/p.parquet": Buffer.from(await writeParquet({ columns, lines })),
    };
    const { erasure } = await eraseSubject(reached, user);
    expect(erasure.counts).toMatchObject({ rewritten: 1, changed: 2 });
    const written = await readParquet(
      server.buckets["archive"]["deliveries/2026/11/24/08/p.parquet"] ?? new Uint8Array(),
    );
    expect(written.columns).toEqual(columns);
    const expected = lines.map((line) =>
      JSON.parse(line.replaceAll(USER, erasure.alias).replaceAll("anna@example.com", erasure.alias)),
    );
    expect(written.lines.map((line) => JSON.parse(line))).toMatchObject(
      expected.map(({ topic: _, ...rest }) => rest),
    );
  });

  it("deletes what is a node's by its attribute alone, but for filter rules, which keep their place", async () => {
    const { erasure } = await eraseSubject(reached, node);
    expect([await tablesWith("kitchen"), objectsWith("kitchen"), objectsWith("garden")]).toEqual([
      [],
      0,
      OBJECTS,
    ]);
    expect(await tablesWith(erasure.alias)).toEqual(["filter-rules"]);
    expect(await tablesWith('"plain"')).toEqual(["filter-rules"]);
  });

  it("that is ended between two checkpoints goes on from there, and says meanwhile not whose data it is", async () => {
    server.buckets["archive"] = objects(MANY);
    const ending = new AbortController();
    const onProgress = ({ step }: Progress) => {
      if (step === "erase") ending.abort(new Error("ended"));
    };
    await expect(eraseSubject(reached, user, { signal: ending.signal, onProgress })).rejects.toThrow("ended");
    const [begun, ...more] = await listErasures(erasureTable(reached));
    expect(more).toEqual([]);
    expect(begun).toMatchObject({ step: "archive", place: "deliveries/2026/11/24/08/127.gz" });
    expect(JSON.stringify(begun)).not.toContain(USER);
    expect(objectsWith(USER)).toBe(MANY - 128);
    expect((await planErasure(reached, user)).begun?.id).toBe(begun?.id);
    const { erasure } = await eraseSubject(reached, user);
    expect([erasure.id, erasure.counts.rewritten]).toEqual([begun?.id, MANY]);
    expect([await tablesWith(USER), objectsWith(USER)]).toEqual([[], 0]);
    expect(
      JSON.stringify(
        (await reached.clients.dynamodb.send(new ScanCommand({ TableName: "t-erasures" }))).Items,
      ),
    ).not.toContain(USER);
  });

  it("searches tables again for what a function writes meanwhile, and does not end while it goes on", async () => {
    const put = (id: string) =>
      reached.clients.dynamodb.send(
        new PutItemCommand({ TableName: "t-attempts", Item: marshall({ id, by: USER }) }),
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
    await eraseSubject(reached, user, writing(1));
    await last;
    expect(await tablesWith(USER)).toEqual([]);
    await put("before");
    await expect(eraseSubject(reached, user, writing(Number.POSITIVE_INFINITY))).rejects.toThrow(
      "still written",
    );
    await last;
    writes = Number.POSITIVE_INFINITY;
    await eraseSubject(reached, user);
    expect(await tablesWith(USER)).toEqual([]);
  });

  it("waits until what was published before is handled", async () => {
    queues.find("crm")?.send("{}");
    const steps: string[] = [];
    const onProgress = ({ step }: Progress) => {
      if (step === "read-tables" && queues.find("crm")?.counts().visible === 1) steps.push("too early");
      steps.push(step);
    };
    const done = eraseSubject(reached, user, { onProgress });
    await new Promise((resolve) => setTimeout(resolve, 600));
    const [message] = queues.find("crm")?.receive(1) ?? [];
    queues.find("crm")?.delete(message?.receiptHandle ?? "");
    await done;
    expect(steps).not.toContain("too early");
  });

  it("does not begin while tables are rebuilt, a paused function has messages, or another erasure has not ended", async () => {
    const slots = (both: boolean) =>
      reached.clients.dynamodb.send(
        new PutItemCommand({
          TableName: "t-table-slots",
          Item: marshall({ store: "time-series", live: "a", both }),
        }),
      );
    await slots(true);
    await expect(eraseSubject(reached, user)).rejects.toThrow("time-series is being rebuilt");
    await slots(false);
    const { crm } = reached.outputs.functions;
    if (crm?.trigger !== "topics") throw new Error("There is no function.");
    const pausedStage = {
      ...reached,
      outputs: { ...reached.outputs, functions: { crm: { ...crm, paused: true as const } } },
    };
    queues.find("crm")?.send("{}");
    await expect(eraseSubject(pausedStage, user)).rejects.toThrow("crm is paused, and messages wait for it");
    const [message] = queues.find("crm")?.receive(1) ?? [];
    queues.find("crm")?.delete(message?.receiptHandle ?? "");
    await expect(eraseSubject(reached, node, { onProgress: failing })).rejects.toThrow("ended");
    await expect(eraseSubject(reached, user)).rejects.toThrow("of a node has not ended");
    await eraseSubject(reached, node);
    await eraseSubject(reached, user);
    expect([await tablesWith(USER), objectsWith(USER)]).toEqual([[], 0]);
  });

  it("begins again from the beginning if it is told of a further name", async () => {
    await expect(eraseSubject(reached, { ...user, also: [] }, { onProgress: failing })).rejects.toThrow(
      "ended",
    );
    await eraseSubject(reached, user);
    expect([objectsWith(USER), objectsWith("anna@example.com")]).toEqual([0, 0]);
  });

  it("lets a cancelled replay begin anew: its place is a line of an object", async () => {
    await reached.clients.dynamodb.send(
      new PutItemCommand({
        TableName: "t-replays",
        Item: marshall({ ...JOB, state: "cancelled", place: { key: "deliveries/a", line: 7 } }),
      }),
    );
    await eraseSubject(reached, user);
    const { Items } = await reached.clients.dynamodb.send(new ScanCommand({ TableName: "t-replays" }));
    expect(Items?.map(({ id, place }) => [id?.S, place])).toEqual([["r1", undefined]]);
  });

  it("does not begin while a replay has not ended", async () => {
    await reached.clients.dynamodb.send(new PutItemCommand({ TableName: "t-replays", Item: marshall(JOB) }));
    await expect(eraseSubject(reached, user)).rejects.toThrow("Replay r1 has not ended");
    expect(await listErasures(erasureTable(reached))).toEqual([]);
  });

  it("deletes dead letters with the subject in body or reason, and no others", async () => {
    const letters = queues.find("crm-dead-letters");
    letters?.send(JSON.stringify({ user: USER }));
    letters?.send("{}", { attributes: { reason: { DataType: "String", StringValue: `no user ${USER}` } } });
    // Only the attributes of the message say whose it is.
    letters?.send(JSON.stringify({ Message: "not JSON", MessageAttributes: { user_id: { Value: USER } } }));
    letters?.send('{"user":"somebody-else"}');
    expect((await planErasure(reached, user)).counts.letters).toBe(3);
    expect((await eraseSubject(reached, user)).erasure.counts.letters).toBe(3);
    expect(letters?.peek().map(({ body }) => body)).toEqual(['{"user":"somebody-else"}']);
  });

  it("reads all versions of objects of a deployed stage", async () => {
    const commands: string[] = [];
    server.client.middlewareStack.add(
      (next, { commandName }) =>
        (args) => {
          commands.push(String(commandName));
          return next(args);
        },
      { step: "initialize" },
    );
    const { erasures = "" } = reached.outputs.tables;
    const outputs = { ...reached.outputs, tables: { erasures }, functions: {} };
    await planErasure({ ...reached, outputs, local: undefined }, user);
    expect(commands).toContain("ListObjectVersionsCommand");
    expect(commands).not.toContain("ListObjectsV2Command");
  });
});

/** Makes objects of the archive, each with an event of two nodes. */
function objects(count: number): Record<string, Buffer> {
  const lines = (index: number) =>
    ["kitchen", "garden"].map((node_id) =>
      JSON.stringify(
        deliveryOf(
          {
            event_type: "rmaker.event.alert",
            event_data: { node_id, user_id: USER, by: "anna@example.com" },
          },
          { sentAtMs: index },
        ),
      ),
    );
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      `deliveries/2026/11/24/08/${String(index).padStart(3, "0")}.gz`,
      gzipSync(lines(index).join("\n")),
    ]),
  );
}

const PLAIN: TableDescription = { name: "plain", partitionKey: { name: "id", type: "S" } };
const ERASURES: TableDescription = {
  name: "erasures",
  partitionKey: { name: "erasure", type: "S" },
  sortKey: { name: "part", type: "S" },
};
const REPLAYS: TableDescription = {
  name: "replays",
  partitionKey: { name: "job", type: "S" },
  sortKey: { name: "part", type: "S" },
};

const SLOTS: TableDescription = { name: "table-slots", partitionKey: { name: "store", type: "S" } };

const TABLE_OF: Readonly<Record<string, TableDescription>> = {
  erasures: ERASURES,
  replays: REPLAYS,
  "table-slots": SLOTS,
};

/** A replay that runs. */
const JOB = {
  ...{
    job: "r1",
    id: "r1",
    part: "job",
    state: "running",
    startedBy: "me",
    createdAtMs: 1,
    updatedAtMs: 1,
    version: 1,
  },
  request: { webhook: "crm", fromMs: 0, toMs: 1, rate: 1, maxDeadLetters: 1 },
  hours: { first: "a", last: "b", late: [] },
  counts: { objects: 0, read: 0, matched: 0, sent: 0, failed: 0, unreadable: 0 },
  ...{ planned: 0, resumed: 0, problems: [] },
};

function failing({ step }: Progress): void {
  if (step === "erase") throw new Error("ended");
}
