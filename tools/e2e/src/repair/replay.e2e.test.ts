import { spawn } from "node:child_process";
import { isDeepStrictEqual } from "node:util";
import {
  type AttributeValue,
  BatchWriteItemCommand,
  type DynamoDBClient,
  paginateScan,
} from "@aws-sdk/client-dynamodb";
import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { SHIPPED_WEBHOOKS } from "@rainhooks/app-list";
import { waitingRecords } from "@rainhooks/app-local/run-fleet";
import { runTestFleet } from "@rainhooks/app-local/testing/run-test-fleet";
import {
  functionsWith,
  startTestStage,
  type TestStage,
} from "@rainhooks/app-local/testing/test-stage";
import { chunk } from "@rainhooks/core/collections";
import { decode } from "@rainhooks/core/decode/decode";
import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import { notificationText } from "@rainhooks/core/deliveries/notification";
import { DAY_MS, HOUR_MS } from "@rainhooks/core/durations";
import { nodeStatusTable, nodeTimelineTable } from "@rainhooks/node-status/node-status-tables";
import { reachStage } from "@rainhooks/stage/commands/reach-stage";
import { number } from "@rainhooks/stage/numbers";
import { listReplays } from "@rainhooks/stage/operate/replay/run-job";
import { eventually } from "@rainhooks/testing/eventually";
import { timeSeriesTable } from "@rainhooks/time-series/time-series-tables";
import { BUNDLED_COMMAND, type CommandResult, runCommand } from "../cli/testing/run-command.ts";

const TABLES = [nodeStatusTable, nodeTimelineTable, timeSeriesTable];

type Item = Record<string, AttributeValue>;

/** Reads a number of a text: an archive can have a delivery several times. */
const countIn = (text = "") => Number(text.replaceAll(",", ""));

/**
 * The items of a table, each as text with sorted attributes. The version of a row counts its
 * writes.
 */
async function dump(client: DynamoDBClient, TableName: string): Promise<string[]> {
  const texts: string[] = [];
  for await (const { Items = [] } of paginateScan({ client }, { TableName }))
    for (const { version: _, ...item } of Items)
      texts.push(JSON.stringify(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1))));
  return texts.sort();
}

async function wipe(
  client: DynamoDBClient,
  TableName: string,
  keys: readonly string[],
): Promise<void> {
  const items: Item[] = [];
  for await (const { Items = [] } of paginateScan({ client }, { TableName })) items.push(...Items);
  for (const some of chunk(items, 25)) {
    const deletes = some.map((item) => {
      const Key = Object.fromEntries(
        keys.flatMap((name) => (item[name] === undefined ? [] : [[name, item[name]]])),
      );
      return { DeleteRequest: { Key } };
    });
    await client.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: deletes } }));
  }
}

describe("a replay on the local stage", () => {
  let running: TestStage;
  let fromMs = 0;
  const late = { nodeId: "late-node", publishedMs: Date.now() - DAY_MS };

  const rainhooks = (...args: readonly string[]) =>
    runCommand([...args, "--data", running.dataDir]);
  const range = () => ["--from", String(fromMs), "--to", "now", "--wait"];
  const start = (webhook: string, ...more: readonly string[]) =>
    rainhooks("replay", "start", "--webhook", webhook, ...range(), "--yes", ...more);
  const json = async (...args: readonly string[]) =>
    JSON.parse((await rainhooks(...args, "--json")).out);
  const nameOf = (table: string) => `rainhooks-local-${table}`;
  const dumpAll = () =>
    Promise.all(TABLES.map(({ name }) => dump(running.stage.clients.dynamodb, nameOf(name))));
  const publish = (type: string, event_data: object) =>
    runCommand(
      ["publish", "--data", running.dataDir],
      JSON.stringify({ event_type: `rmaker.event.${type}`, event_data }),
    );
  /** Records that a webhook has handled so far. */
  const received = (webhook: string) => running.stage.totals(webhook).Received;
  const handled = () =>
    eventually(
      () => waitingRecords(running.stage),
      (count) => count === 0,
    );

  beforeAll(async () => {
    running = await startTestStage();
    fromMs = Date.now() - 1000;
    const options = { seed: 11, nodes: 10, events: 300, duplicates: 0.1, undecodable: 0.02 };
    await runTestFleet(running, options, () => undefined);
  });
  afterAll(() => running.stop());

  it("a replay restores empty tables, byte for byte", async () => {
    await publish("alert", { node_id: "with-a-timeline", message_body: "{}" });
    const before = await eventually(dumpAll, ([status, timeline]) =>
      [status, timeline].every((items) => items?.some((item) => item.includes("with-a-timeline"))),
    );
    for (const table of TABLES) {
      const { name, partitionKey, sortKey } = table;
      await wipe(running.stage.clients.dynamodb, nameOf(name), [
        partitionKey.name,
        sortKey?.name ?? "",
      ]);
    }
    expect((await dumpAll()).flat()).toEqual([]);
    const letters = () => json("dlq");
    const lettersBefore = await letters();
    for (const webhook of ["node-status", "time-series"]) {
      const { undecodable } = await json("replay", "plan", "--webhook", webhook, ...range());
      expect([webhook, undecodable > 0]).toEqual([webhook, true]);
      const { code, out } = await start(webhook);
      const [, matched, sent] =
        /is done: (\S+) matched, (\S+) sent, (\S+) cannot be decoded$/.exec(out) ?? [];
      expect([code, countIn(matched) - countIn(sent)]).toEqual([0, undecodable]);
    }
    let after: string[][] = [];
    const look = async () => {
      after = await dumpAll();
      return isDeepStrictEqual(after, before);
    };
    await eventually(look, Boolean).catch(() => undefined);
    expect(after).toEqual(before);
    expect(await letters()).toEqual(lettersBefore);
  });

  it("a replay of one node's alerts reaches one webhook, and nothing else", async () => {
    const nodeId = "alerted";
    await publish("alert", { node_id: nodeId, message_body: "{}" });
    await publish("alert", { node_id: nodeId, message_body: '{"a":1}' });
    await publish("node_connected", { node_id: nodeId });
    await eventually(
      () => rainhooks("alerts", nodeId, "--csv"),
      ({ out }) => out.split("\n").length === 3,
    );
    await handled();
    const others = ["archive", "time-series", "hello"];
    const before = [...others, "node-status"].map(received);
    const plan = [
      "--webhook",
      "node-status",
      "--event",
      "alert",
      "--node",
      nodeId,
      "--from",
      String(Date.now() - HOUR_MS),
    ];
    const { matched, byType } = await json("replay", "plan", ...plan, "--to", "now", "--wait");
    expect([matched, byType]).toEqual([2, { alert: 2 }]);
    await start("node-status", "--event", "alert", "--node", nodeId);
    await eventually(
      () => received("node-status"),
      (count) => count >= (before.at(-1) ?? 0) + 2,
    );
    expect([...others, "node-status"].map(received)).toEqual([
      ...before.slice(0, -1),
      (before.at(-1) ?? 0) + 2,
    ]);
    expect((await rainhooks("alerts", nodeId, "--csv")).out.split("\n")).toHaveLength(3);
  });

  it("a replay finds by its time of publishing what was archived a day late", async () => {
    const body = JSON.stringify({
      event_type: "rmaker.event.node_connected",
      event_data: { node_id: late.nodeId },
    });
    const topic = "esp_rainmaker_sns_node_connected";
    const delivery = {
      id: "late-delivery",
      sentAtMs: late.publishedMs,
      topic,
      attributes: {},
      body,
    };
    await running.stage.clients.sqs.send(
      new SendMessageCommand({
        QueueUrl: running.stage.provisioned.queues.get("archive")?.queue.url,
        MessageBody: notificationText(delivery),
      }),
    );
    const hour = [String(late.publishedMs - HOUR_MS), "--to", String(late.publishedMs + HOUR_MS)];
    const plan = () => rainhooks("replay", "plan", "--webhook", "node-status", "--from", ...hour);
    const { out } = await eventually(plan, ({ code }) => code === 0, { everyMs: 1000 });
    expect(out).toMatch(/folders.*; late ones in/);
    expect(out).toMatch(/to send +1 delivery/);
    await rainhooks("replay", "start", "--webhook", "node-status", "--from", ...hour, "--yes");
    await eventually(
      () => rainhooks("node", late.nodeId),
      ({ code }) => code === 0,
    );
  });

  /** Starts a process of the command, and kills it when its job has sent something. */
  async function killed(...args: readonly string[]): Promise<void> {
    const child = spawn(process.execPath, [BUNDLED_COMMAND, ...args, "--data", running.dataDir], {
      stdio: "ignore",
    });
    const exited = new Promise((resolve) => child.on("exit", resolve));
    const before = await sentOfNewest();
    await eventually(sentOfNewest, ({ id, sent }) => sent > (id === before.id ? before.sent : 0));
    child.kill("SIGKILL");
    await exited;
  }

  async function sentOfNewest(): Promise<{
    readonly id: string | undefined;
    readonly sent: number;
  }> {
    const [job] = await listReplays(await reachStage({ data: running.dataDir }));
    return { id: job?.id, sent: job?.counts.sent ?? 0 };
  }

  it("a replay that is killed twice resumes each time: matched is exact, sent at least as many", async () => {
    const planned = await json("replay", "plan", "--webhook", "node-status", ...range());
    const { matched, undecodable } = planned;
    const sent = matched - undecodable;
    const before = received("node-status");
    await killed(
      "replay",
      "start",
      "--webhook",
      "node-status",
      ...range(),
      "--rate",
      "20",
      "--yes",
    );
    const { id } = await sentOfNewest();
    await killed("replay", "resume", String(id));
    expect((await rainhooks("replay", "ls")).out).toMatch(
      new RegExp(`${id} +node-status +(interrupted|running)`),
    );
    const { code, out } = await rainhooks("replay", "resume", String(id), "--rate", "1000");
    expect([code, out]).toEqual([
      0,
      expect.stringContaining(
        `Replay ${id} is done: ${number(matched)} matched, ${number(sent)} sent, up to`,
      ),
    ]);
    const job = await json("replay", "show", String(id));
    expect(job).toMatchObject({
      state: "done",
      resumed: 2,
      counts: { matched, sent, undecodable, failed: 0 },
    });
    await eventually(
      () => received("node-status"),
      (count) => count >= before + sent,
    );
    await handled();
    expect(received("node-status")).toBeLessThanOrEqual(before + sent + 2 * 20);
    expect((await rainhooks("replay", "resume", String(id))).code).toBe(2);
  });

  describe("says in one line what is wrong", () => {
    const plan = (...args: readonly string[]) => rainhooks("replay", "plan", ...args);
    const expectLine = ({ code, err }: CommandResult, expectedCode: number, text: string) => {
      expect([code, err, err.split("\n").length]).toEqual([
        expectedCode,
        expect.stringContaining(text),
        1,
      ]);
    };

    it.each([
      [
        "an unknown webhook",
        ["--webhook", "nope", "--from", "1h"],
        3,
        "has no webhook nope. It has: ",
      ],
      [
        "one that refuses",
        ["--webhook", "hello", "--from", "1h"],
        2,
        "hello gets no replays: handling an event twice might do harm",
      ],
      [
        "the archive",
        ["--webhook", "archive", "--from", "1h"],
        2,
        "it would archive again what is archived",
      ],
      [
        "no beginning",
        ["--webhook", "node-status"],
        2,
        "required option '--from <time>' not specified",
      ],
      [
        "an end before its beginning",
        ["--webhook", "node-status", "--from", "1h", "--to", "2h"],
        2,
        "--from must be before the end.",
      ],
      [
        "an end in the future",
        ["--webhook", "node-status", "--from", "1h", "--to", "2099-01-01"],
        2,
        "is in the future",
      ],
      [
        "an end that is not archived yet",
        ["--webhook", "node-status", "--from", "1h", "--to", "now"],
        2,
        "may be missing until the archive's buffer is written",
      ],
      [
        "a range with nothing in it",
        ["--webhook", "node-status", "--from", "2020-01-01", "--to", "2020-01-02"],
        3,
        "Nothing to replay",
      ],
      [
        "a rate of 0",
        ["--webhook", "node-status", "--from", "1h", "--rate", "0"],
        2,
        "must be a whole number from 1 to 100,000",
      ],
      [
        "an event it never gets",
        ["--webhook", "time-series", "--from", "1h", "--event", "alert"],
        2,
        "time-series does not get alert. It gets: node_ts_data.",
      ],
      [
        "a file that is missing",
        ["--webhook", "node-status", "--from", "1h", "--ids-from", "/nope"],
        2,
        "/nope cannot be read",
      ],
    ] as const)("a replay reports in one line what is wrong: %s", async (_, args, code, text) => {
      expectLine(await plan(...args), code, text);
    });

    it("a replay reports in one line an unknown job, a job that is done, and a start without a confirmation", async () => {
      expectLine(await rainhooks("replay", "show", "nope"), 3, "There is no replay nope.");
      expectLine(await rainhooks("replay", "resume", "nope"), 3, "There is no replay nope.");
      const [{ id }] = (await json("replay", "ls")).replays;
      expectLine(
        await rainhooks("replay", "resume", id),
        2,
        "is done: there is nothing to resume.",
      );
      expectLine(await rainhooks("replay", "cancel", id), 2, "is done already.");
      const unsure = await rainhooks(
        "replay",
        "start",
        "--webhook",
        "node-status",
        "--from",
        String(fromMs),
      );
      expectLine(unsure, 2, "deliveries to node-status again? Confirm with --yes.");
    });
  });

  it("a delivery is traced: whether it was stored, filtered, unwanted, undecodable or is unknown", async () => {
    const trace = async (id: string) => (await rainhooks("trace", id)).out;
    await runCommand(["publish", "--type", "alert", "--data", running.dataDir], "not JSON");
    const archived = async () =>
      (await rainhooks("archive", "cat")).out.split("\n").map((line): Delivery => JSON.parse(line));
    const deliveries = await eventually(archived, (all) =>
      all.some(({ body }) => body === "not JSON"),
    );
    const idOf = (type: string) =>
      deliveries.find((one) => {
        const decoded = decode(one);
        return decoded.kind === "event" && decoded.event.type === `rmaker.event.${type}`;
      })?.id ?? "";
    const stored = await trace(idOf("node_ts_data"));
    expect(stored).toMatch(/archived in +deliveries\/.*, line \d+\n/);
    expect(stored).toMatch(/time-series +took it: .*/);
    expect(stored).toMatch(/node-status +took it.*/);
    expect(await trace(idOf("user_node_ota"))).toMatch(
      /hello +filtered it out: the system rule of system.rmaker.event.user_node_ota for user_node_ota was on for mobile_push_notification/,
    );
    expect(await trace(idOf("node_connected"))).toMatch(/time-series +does not want it/);
    const undecoded = await trace(deliveries.find(({ body }) => body === "not JSON")?.id ?? "");
    expect(undecoded).toMatch(/decoded +body-not-json: /);
    expect(undecoded).toMatch(/hello +sent it to its dead-letter queue/);
    expect(undecoded).toMatch(/dead letter +of hello: body-not-json: /);
    const unknown = await rainhooks("trace", "no-such-delivery");
    expect([unknown.code, unknown.err]).toEqual([
      3,
      expect.stringMatching(
        /^There is no archived delivery no-such-delivery among [\d,]+ deliveries/,
      ),
    ]);
  });
});

describe("a replay of a stage without an archive", () => {
  it("a replay without an archive is refused with the reason", async () => {
    const webhooks = SHIPPED_WEBHOOKS.filter(({ name }) => name === "node-status");
    const running = await startTestStage({ functions: functionsWith(webhooks) });
    const plan = [
      "replay",
      "plan",
      "--webhook",
      "node-status",
      "--from",
      "1h",
      "--data",
      running.dataDir,
    ];
    expect(await runCommand(plan)).toMatchObject({ code: 3, err: "Stage local has no archive." });
    await running.stop();
  });
});
