import { gunzipSync, gzipSync } from "node:zlib";
import {
  type AttributeValue,
  DeleteItemCommand,
  PutItemCommand,
  paginateScan,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { runTestFleet } from "@rainhooks/app-local/testing/run-test-fleet";
import { startTestStage, type TestStage } from "@rainhooks/app-local/testing/test-stage";
import { hourOf } from "@rainhooks/archive/hour";
import { collect } from "@rainhooks/core/collections";
import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import { systemKey } from "@rainhooks/filter/rule";
import { writeRules } from "@rainhooks/filter/rule-table";
import { eventually } from "@rainhooks/testing/eventually";
import { runCommand } from "../cli/testing/run-command.ts";

type Attributes = Record<string, AttributeValue>;

const ALERT = "rmaker.event.alert";

describe("verify on the local stage", () => {
  let running: TestStage;

  beforeAll(async () => {
    running = await startTestStage();
  });
  afterAll(() => running.stop());

  const rainhooks = (...args: readonly string[]) =>
    runCommand([...args, "--data", running.dataDir]);
  /** Returns the exit code and the report. */
  const verify = async (store: string, ...args: readonly string[]) => {
    const { code, out, err } = await rainhooks("verify", store, "--json", ...args);
    return { code, report: out === "" ? { err } : JSON.parse(out) };
  };
  const verifyAll = () =>
    Promise.all(["node-status", "time-series", "archive"].map((store) => verify(store)));
  const tableName = (table: string) => `rainhooks-local-${table}`;
  const items = async (table: string): Promise<Attributes[]> => {
    const pages = paginateScan(
      { client: running.stage.clients.dynamodb },
      { TableName: tableName(table) },
    );
    return (await collect(pages)).flatMap(({ Items = [] }) => Items);
  };
  const rules = () => ({
    client: running.stage.clients.dynamodb,
    tableName: tableName("filter-rules"),
  });
  const alert = (node_id: string) =>
    runCommand(
      ["publish", "--data", running.dataDir],
      JSON.stringify({ event_type: ALERT, event_data: { node_id, message_body: "{}" } }),
    );

  it("verify cannot judge a stage that has nothing", async () => {
    const all = await verifyAll();
    expect(all.map(({ code, report }) => [code, report.outcome])).toEqual(
      Array(3).fill([2, "unjudged"]),
    );
  });

  it("verify finds stores equal after a fleet has run and rules have changed in the middle", async () => {
    const options = { seed: 7, nodes: 12, events: 500, duplicates: 0.1, undecodable: 0.02 };
    await runTestFleet(running, options, () => undefined);
    await alert("before-the-rule");
    await eventually(
      () => rainhooks("alerts", "before-the-rule", "--csv"),
      ({ out }) => out.split("\n").length === 2,
    );
    const off = { ...systemKey(ALERT), enabled: false, integrations: [] };
    // A time of its own, so that the test need not wait until every function has read the rule.
    await writeRules(rules(), [off], [], { fromMs: Date.now() + 1000 });
    const [all, one, sample] = await Promise.all([
      verifyAll(),
      verify("node-status", "--node", "before-the-rule"),
      rainhooks("verify", "node-status", "--sample", "3"),
    ]);
    expect(all.map(({ code, report }) => [code, report.outcome, report.differences])).toEqual(
      Array(3).fill([0, "equal", []]),
    );
    expect(one.report).toMatchObject({ nodes: 1, equalNodes: 1, outcome: "equal" });
    expect([sample.code, sample.out]).toEqual([
      0,
      expect.stringMatching(/^outcome +equal: .*\n(.*\n)+nodes +3: 3 equal/),
    ]);
  });

  it("verify cannot judge when the history of the rules is gone", async () => {
    const [history] = (await items("filter-rules")).filter(
      ({ eventType, states }) => eventType?.S === ALERT && states !== undefined,
    );
    const TableName = tableName("filter-rules");
    const { states: _, knownFromMs: __, version: ___, ...bare } = history ?? {};
    await rules().client.send(new PutItemCommand({ TableName, Item: bare }));
    const [status, series] = await Promise.all([verify("node-status"), verify("time-series")]);
    expect([status.code, status.report.outcome, status.report.differences]).toEqual([
      2,
      "unjudged",
      [],
    ]);
    expect(status.report.unjudgedFacts.rules).toBeGreaterThan(0);
    expect(series.code).toBe(0);
    await rules().client.send(new PutItemCommand({ TableName, Item: history }));
    expect((await verify("node-status")).code).toBe(0);
  });

  it("verify names the row that somebody has changed, the point that was dropped, and the hour and topic of a deleted line", async () => {
    const client = running.stage.clients.dynamodb;
    const row = (await items("node-status")).find(({ config }) => config !== undefined) ?? {};
    await client.send(
      new UpdateItemCommand({
        TableName: tableName("node-status"),
        Key: { nodeId: row["nodeId"] ?? { S: "" }, item: { S: "status" } },
        UpdateExpression: "SET config.firmware = :other, firmware = :other",
        ExpressionAttributeValues: { ":other": { S: "0.0.1" } },
      }),
    );
    const [group] = (await items("time-series")).filter(({ data }) => data !== undefined);
    const Key = { series: group?.["series"] ?? { S: "" }, group: group?.["group"] ?? { S: "" } };
    await client.send(new DeleteItemCommand({ TableName: tableName("time-series"), Key }));
    const deleted = await deleteDelivery();
    const [status, series, archive] = await verifyAll();
    expect([status?.code, series?.code, archive?.code]).toEqual([1, 1, 1]);
    expect(status?.report.differences).toContainEqual(
      expect.objectContaining({ nodeId: row["nodeId"]?.S, what: "config", kind: "wrong" }),
    );
    expect(series?.report.differences).toContainEqual(
      expect.objectContaining({
        kind: "missing",
        what: expect.stringMatching(/^point of .* at .*: /),
        deliveries: expect.arrayContaining([expect.objectContaining({ type: "node_ts_data" })]),
      }),
    );
    const hour = hourOf(deleted.sentAtMs);
    expect(archive?.report.differences).toMatchObject([{ hour, topic: deleted.topic }]);
    const [{ published, archived }] = archive?.report.differences ?? [];
    expect(published - archived).toBe(1);
  });

  /** Deletes a delivery of the archive, with its copies: Firehose may have taken it twice. */
  async function deleteDelivery(): Promise<Delivery> {
    const objects: { key: string }[] = JSON.parse((await rainhooks("archive", "ls", "--json")).out);
    const { s3 } = running.stage.clients;
    const Bucket = "rainhooks-local-archive";
    let deleted: Delivery | undefined;
    for (const { key: Key } of objects) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
      const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
      const lines = gunzipSync(bytes).toString().trimEnd().split("\n");
      deleted ??= JSON.parse(lines.at(-1) ?? "") as Delivery;
      const { id } = deleted;
      const kept = lines.filter((line) => (JSON.parse(line) as Delivery).id !== id);
      if (kept.length < lines.length)
        await s3.send(
          new PutObjectCommand({ Bucket, Key, Body: gzipSync(`${kept.join("\n")}\n`) }),
        );
    }
    if (deleted === undefined) throw new Error("The archive is empty.");
    return deleted;
  }

  it.each([
    ["node-status", ["--from", "1h", "--to", "2h"], "--from must be before the end."],
    [
      "node-status",
      ["--to", "2099-01-01"],
      "node-status may not have handled what was published later.",
    ],
    ["archive", ["--node", "a"], "--node and --sample cannot be used with the archive"],
    [
      "archive",
      ["--from", "2026-01-01T00:10Z", "--to", "2026-01-01T00:50Z"],
      "at least a whole hour before the end",
    ],
    ["hello", [], "Allowed choices are archive, node-status, time-series"],
    ["node-status", ["--sample", "0.5"], "It must be a whole number from 1 to 1000"],
    [
      "node-status",
      ["--node", "a", "--sample", "5"],
      "--node and --sample cannot be used together.",
    ],
  ])("verify reports in one line what is wrong: %s %j", async (store, args, text) => {
    const { code, err } = await rainhooks("verify", store, ...args);
    expect([code, err, err.split("\n").length]).toEqual([2, expect.stringContaining(text), 1]);
  });
});
