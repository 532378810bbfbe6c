import { gunzipSync, gzipSync } from "node:zlib";
import { DeleteItemCommand, PutItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { hourOf } from "@rainhooks/archive/hour";
import { type BucketServer, startBucketServer } from "@rainhooks/archive/testing/bucket-server";
import { tableSlotsTable } from "@rainhooks/dynamodb/slots/slots-table";
import type { TableDescription } from "@rainhooks/dynamodb/table-description";
import { createTable, tablesServer } from "@rainhooks/embedded-dynamodb/test-tables";
import { localClients } from "@rainhooks/stage/clients";
import type { Progress } from "@rainhooks/stage/operate/progress";
import { newJob } from "@rainhooks/stage/operate/replay/job-store";
import type { StageAccess } from "@rainhooks/stage/stage-access";
import { erasureTable } from "@rainhooks/stage/tables/erasures";
import { erasuresTable, replaysTable } from "@rainhooks/stage/tables/stage-tables";
import { startQuietEndpoint } from "@rainhooks/stage/testing/quiet-endpoint";
import { listenOnLoopback } from "@rainhooks/testing/listen";
import { deliveryOf } from "@rainhooks/testing/samples";
import { eraseSubject, openErasure, refuseReaders } from "./erase.ts";
import { type Erasure, NO_COUNTS, readErasures, saveErasure } from "./erasure-store.ts";
import { planErasure } from "./plan.ts";
import type { ErasureSubject } from "./subject.ts";

const anna: ErasureSubject = { kind: "user", id: "u-anna", also: [] };
const own: TableDescription = { name: "own", partitionKey: { name: "id", type: "S" } };
const TABLES: readonly TableDescription[] = [erasuresTable, replaysTable, tableSlotsTable, own];
const keyOf = (table: TableDescription) => [
  table.partitionKey,
  ...(table.sortKey ? [table.sortKey] : []),
];

describe("the record of an erasure", () => {
  let access: StageAccess;
  let server: BucketServer;
  const stops: (() => unknown)[] = [];

  beforeAll(async () => {
    const dynamodb = tablesServer();
    const endpoint = await listenOnLoopback(dynamodb);
    server = await startBucketServer({}, 1000);
    const quiet = await startQuietEndpoint(endpoint);
    const clients = { ...localClients(endpoint), s3: server.client };
    for (const table of TABLES) await createTable(clients.dynamodb, table.name, table);
    access = {
      clients,
      local: { dataDir: "/nowhere", file: { endpoint: quiet.url } as never },
      outputs: {
        stage: "local",
        region: "us-east-1",
        integration: "i",
        parameters: {},
        functions: {},
        tables: Object.fromEntries(TABLES.map(({ name }) => [name, name])),
        archive: { bucket: "archive", stream: "s", bufferS: 0 },
      },
    };
    stops.push(
      quiet.stop,
      () => server.stop(),
      () => clients.dynamodb.destroy(),
      () => dynamodb.close(),
    );
  });
  afterAll(async () => {
    for (const stop of stops) await stop();
  });
  beforeEach(async () => {
    for (const table of TABLES)
      for (const item of await itemsOf(table.name)) {
        const Key = marshall(
          Object.fromEntries(keyOf(table).map(({ name }) => [name, item[name]])),
        );
        await access.clients.dynamodb.send(new DeleteItemCommand({ TableName: table.name, Key }));
      }
    const files = ["a", "b"].map((name) => [
      `deliveries/2026/11/24/08/${name}`,
      objectOf("u-anna", "u-ben"),
    ]);
    server.buckets["archive"] = Object.fromEntries(files);
  });

  const put = (table: string, item: object) =>
    access.clients.dynamodb.send(
      new PutItemCommand({
        TableName: table,
        Item: marshall(item, { removeUndefinedValues: true }),
      }),
    );
  async function itemsOf(table: string) {
    const { Items = [] } = await access.clients.dynamodb.send(
      new ScanCommand({ TableName: table }),
    );
    return Items.map((item) => unmarshall(item));
  }
  const archived = () =>
    Object.values(server.buckets["archive"] ?? {})
      .map((one) => String(gunzipSync(one)))
      .join();
  const stored = () => readErasures(erasureTable(access));
  const failingAt = (step: Progress["step"]) => ({
    onProgress: (progress: Progress) => {
      if (progress.step === step) throw new Error("ended");
    },
  });

  it("an erasure that is done says when and by whom, under which alias, and how much, but not whose data", async () => {
    await put("own", { id: "x", by: "u-anna" });
    await put("own", { id: "y", by: "u-ben" });
    const beforeMs = Date.now();
    const { erasure, leftovers } = await eraseSubject(access, anna);
    expect(await stored()).toEqual([JSON.parse(JSON.stringify(erasure))]);
    expect(JSON.parse(JSON.stringify(erasure))).toEqual({
      id: expect.any(String),
      kind: "user",
      step: "done",
      version: expect.any(Number),
      alias: expect.stringMatching(/^rainhooks-erased-[0-9a-f]{12}$/),
      startedBy: expect.stringMatching(/^local user ./),
      startedAtMs: expect.any(Number),
      closedAtMs: expect.any(Number),
      doneAtMs: expect.any(Number),
      goneAtMs: erasure.doneAtMs,
      counts: { ...NO_COUNTS, objects: 2, rewritten: 2, changed: 2, items: 1 },
    });
    const { startedAtMs, closedAtMs = 0, doneAtMs = 0 } = erasure;
    const times = [beforeMs, startedAtMs, closedAtMs, doneAtMs, Date.now()];
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(leftovers.map(({ where }) => where).join()).not.toMatch(/broken|sweep/);
    const again = await eraseSubject(access, anna);
    expect(again.erasure.id).not.toBe(erasure.id);
    expect(again.erasure.alias).not.toBe(erasure.alias);
    expect(again.erasure.counts).toEqual({ ...NO_COUNTS, objects: 2 });
  });

  it("an erasure counts what arrives while it runs, and its progress counts objects", async () => {
    const seen: Progress[] = [];
    const onProgress = (progress: Progress) => {
      seen.push(progress);
      if (progress.step !== "erase") return;
      // An hour may have begun meanwhile.
      const late = { [`deliveries/${hourOf(Date.now())}/late`]: objectOf("u-anna") };
      server.buckets["archive"] = { ...server.buckets["archive"], ...late };
    };
    const { erasure } = await eraseSubject(access, anna, { onProgress });
    expect(erasure.counts).toEqual({ ...NO_COUNTS, objects: 2, rewritten: 3, changed: 3 });
    expect(archived()).not.toContain("u-anna");
    expect(seen.filter(({ step }) => step === "erase")).toEqual([{ step: "erase", objects: 2 }]);
    expect(seen).toContainEqual({ step: "read-tables", items: 0 });
  });

  it("an id that nobody can look for is refused before anything is stored", async () => {
    for (const subject of [
      { ...anna, id: "" },
      { ...anna, also: [""] },
    ])
      await expect(eraseSubject(access, subject)).rejects.toMatchObject({ code: "input-invalid" });
    expect(await stored()).toEqual([]);
  });

  it("an erasure ends if another process goes on with it", async () => {
    const onStored = async (one: Erasure) => {
      await saveErasure(erasureTable(access), one, {});
    };
    await expect(eraseSubject(access, anna, { onStored })).rejects.toThrow(
      "is running in another process",
    );
  });

  it("an erasure that goes on keeps its names, and begins at the tables only for new ones", async () => {
    server.buckets["archive"] = { "deliveries/a": objectOf("u-anna", "anna@x", "anna@y", "u-ben") };
    await expect(
      eraseSubject(access, { ...anna, also: ["anna@x"] }, failingAt("erase")),
    ).rejects.toThrow("ended");
    const [begun] = await stored();
    expect(begun).toMatchObject({ step: "archive", subject: { id: "u-anna", also: ["anna@x"] } });
    const steps: string[] = [];
    const ending = (at: string) => ({
      onProgress: ({ step }: Progress) => {
        steps.push(step);
        if (step === at) throw new Error("ended");
      },
    });
    // All that is in the archive up to its place is done.
    await expect(eraseSubject(access, anna, ending("read-tables"))).rejects.toThrow("ended");
    expect((await stored())[0]).toMatchObject({
      id: begun?.id,
      step: "letters",
      subject: begun?.subject,
    });
    steps.length = 0;
    const more = { ...anna, also: ["anna@y", "anna@x"] };
    await expect(eraseSubject(access, more, ending("erase"))).rejects.toThrow("ended");
    expect(steps[0]).toBe("read-tables");
    expect((await stored())[0]?.subject).toEqual({ id: "u-anna", also: ["anna@x", "anna@y"] });
    const { erasure } = await eraseSubject(access, anna);
    expect(erasure.id).toBe(begun?.id);
    expect(archived()).not.toMatch(/anna/);
    expect(archived()).toContain("u-ben");
  });

  it("an erasure of somebody else does not begin before the first has ended, and the first goes on", async () => {
    await expect(eraseSubject(access, anna, failingAt("erase"))).rejects.toThrow("ended");
    const [begun] = await stored();
    expect((await planErasure(access, anna)).begun).toEqual(begun);
    const kitchen: ErasureSubject = { kind: "node", id: "kitchen", also: [] };
    await expect(eraseSubject(access, kitchen)).rejects.toMatchObject({
      code: "write-conflict",
      message: `Erasure ${begun?.id} of a user has not ended. Run its command again first: it goes on.`,
    });
    await eraseSubject(access, anna);
    expect((await planErasure(access, anna)).begun).toBeUndefined();
    expect((await eraseSubject(access, kitchen)).erasure.step).toBe("done");
  });

  it("an erasure is the open one of a subject of the same kind and id alone", () => {
    const of = (id: string, more: Partial<Erasure>): Erasure => ({
      id,
      kind: "user",
      alias: "a",
      step: "archive",
      subject: { id: "u-anna", also: [] },
      startedAtMs: 1,
      startedBy: "me",
      counts: NO_COUNTS,
      version: 1,
      ...more,
    });
    const others = [
      of("done", { step: "done" }),
      of("node", { kind: "node" }),
      of("other", { subject: { id: "u-ben", also: ["u-anna"] } }),
      of("unknown", { subject: undefined }),
    ];
    expect(openErasure(others, anna)).toBeUndefined();
    expect(openErasure([...others, of("own", {})], anna)?.id).toBe("own");
  });

  const request = { webhook: "crm", fromMs: 0, toMs: 1, rate: 1, maxDeadLetters: 1 };
  const hours = { first: "a", last: "b", late: [] };
  const jobOf = (id: string, more: object) => ({
    ...newJob(id, { request, hours, planned: 1, startedBy: "me", nowMs: 1 }),
    job: id,
    part: "job",
    ...more,
  });

  it.each(["node-status", "time-series"])("nothing begins while %s is rebuilt", async (store) => {
    await put(tableSlotsTable.name, { store, live: "a", both: true });
    await expect(refuseReaders(access)).rejects.toMatchObject({
      code: "write-conflict",
      message: expect.stringMatching(
        `^${store} is being rebuilt.*rainhooks rebuild drop ${store}$`,
      ),
    });
  });

  it("nothing begins while a replay runs; those that do not run begin anew, and others stay", async () => {
    const place = { key: "deliveries/a", line: 7 };
    const ended = jobOf("ended", { state: "done", place, leaseUntilMs: Date.now() + 60_000 });
    const atStart = jobOf("start", { state: "cancelled" });
    const counts = {
      ...newJob("", { request, hours, planned: 1, startedBy: "me", nowMs: 1 }).counts,
      read: 7,
    };
    const killed = jobOf("killed", { place, counts, leaseUntilMs: 1 });
    const stopped = jobOf("stopped", { place, counts, state: "cancelled" });
    for (const job of [ended, atStart, killed, stopped]) await put("replays", job);
    await refuseReaders(access);
    const [one, two, ...others] = (await itemsOf("replays")).sort((a, b) =>
      a["id"] < b["id"] ? -1 : 1,
    );
    expect([one, others[0]]).toEqual([ended, atStart]);
    for (const [job, id] of [
      [two, "killed"],
      [others[1], "stopped"],
    ] as const) {
      expect(job).toMatchObject({ id, version: 2, counts: { read: 0 } });
      expect(job).not.toHaveProperty("place");
    }
    await put("replays", jobOf("run", { place, leaseUntilMs: Date.now() + 60_000 }));
    await expect(refuseReaders(access)).rejects.toMatchObject({
      code: "write-conflict",
      message: expect.stringMatching(/^Replay run has not ended\..*rainhooks replay cancel run$/),
    });
  });

  it("nothing begins if a replay is started at the same moment", async () => {
    await put("replays", jobOf("killed", { place: { key: "deliveries/a", line: 7 } }));
    access.clients.dynamodb.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          if (commandName === "PutItemCommand") {
            access.clients.dynamodb.middlewareStack.remove("meanwhile");
            await put("replays", jobOf("killed", { version: 2 }));
          }
          return next(args);
        },
      { step: "initialize", name: "meanwhile" },
    );
    await expect(refuseReaders(access)).rejects.toThrow(
      "Replay killed was started or changed at this moment",
    );
  });
});

/** An object of the archive with an alert of each of some users. */
function objectOf(...users: string[]): Buffer {
  const alerts = users.map((user_id) =>
    deliveryOf({ event_type: "rmaker.event.alert", event_data: { node_id: "n", user_id } }),
  );
  return gzipSync(alerts.map((one) => JSON.stringify(one)).join("\n"));
}
