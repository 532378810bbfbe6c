import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, test } from "@jest/globals";
import { startTestStage, type TestStage } from "@rainhooks/app-local/testing/test-stage";
import { readArchive } from "@rainhooks/local/fleet/reconciliation/reconcile";
import { eventually } from "@rainhooks/testing/eventually";
import { RAW_SNS_RECORD, README_EVENT } from "@rainhooks/testing/samples";
import { type CommandResult, runCommand } from "../cli/testing/run-command.ts";

describe("the rainhooks command on a running stage", () => {
  let running: TestStage;

  beforeAll(async () => {
    running = await startTestStage();
  });
  afterAll(() => running.stop());

  function rainhooks(
    args: string[],
    input = "",
    dataDir = running.dataDir,
  ): Promise<CommandResult> {
    return runCommand([...args, "--data", dataDir], input);
  }

  /** Runs a command until its output is the expected one. */
  const untilCommand = (args: string[], isExpected: (finished: CommandResult) => boolean) =>
    eventually(() => rainhooks(args), isExpected);

  async function archivedBody(deliveryId: string): Promise<string | undefined> {
    const find = async () =>
      (await readArchive(running.stage.clients.s3, "rainhooks-local-archive")).deliveries.find(
        ({ id }) => id === deliveryId,
      );
    return (await eventually(find, (found) => found !== undefined))?.body;
  }

  it("publish sends the sample of RainMaker's README; it ends in the archive and, at the right UTC time, in the node table", async () => {
    const body = JSON.stringify(README_EVENT, undefined, 4);
    const { code, out } = await rainhooks(["publish"], body);
    expect(code).toBe(0);
    const deliveryId = /as delivery (\S+)$/.exec(out)?.[1] ?? "";
    expect(out).toContain("to esp_rainmaker_sns_node_connected");

    const node = await untilCommand(["node", "thing3", "--json"], ({ code }) => code === 0);
    expect(JSON.parse(node.out)).toMatchObject({
      nodeId: "thing3",
      state: "online",
      sinceMs: Date.parse("2021-01-29T04:32:27Z"),
      lastEvent: { type: "rmaker.event.node_connected", deliveryId },
    });
    expect((await rainhooks(["node", "thing3"])).out).toContain(
      "online since 2021-01-29 04:32:27 UTC",
    );
    expect((await rainhooks(["nodes", "--online"])).out).toContain("thing3");
    expect((await rainhooks(["nodes", "--offline"])).out).toBe("No nodes.");
    expect(await archivedBody(deliveryId)).toBe(body);
    await untilCommand(["logs", "hello"], ({ out: lines }) => lines.includes(deliveryId));
  });

  it("publish sends the raw Lambda event unchanged; its message is in the archive and its node in the table", async () => {
    const { code, out } = await rainhooks(
      ["publish"],
      JSON.stringify({ Records: [RAW_SNS_RECORD] }),
    );
    expect(code).toBe(0);
    expect(out).toContain("Published rmaker.event.user_node_added");
    const deliveryId = /as delivery (\S+)$/.exec(out)?.[1] ?? "";
    expect(await archivedBody(deliveryId)).toBe(RAW_SNS_RECORD.Sns.Message);
    const { out: log } = await untilCommand(["logs", "hello"], ({ out: lines }) =>
      lines.includes(deliveryId),
    );
    expect(log).toContain(String(Date.parse("2021-01-20T15:18:54Z")));
  });

  it("series shows the series of a node and the points of one", async () => {
    const event = {
      event_type: "rmaker.event.node_ts_data",
      event_data: {
        node_id: "sensor",
        ts_data: [
          {
            name: "Room.Temperature",
            dt: "float",
            records: [
              { t: 1_715_600_000, v: 21.5 },
              { t: 1_715_600_060, v: 22 },
            ],
          },
        ],
      },
    };
    await rainhooks(["publish"], JSON.stringify(event));
    const names = await untilCommand(["series", "sensor"], ({ code }) => code === 0);
    expect(names.out).toMatch(/^series .*\nRoom\.Temperature\s+float\s+22\s+2024-05-13 11:34:20$/);
    const points = await rainhooks([
      "series",
      "sensor",
      "Room.Temperature",
      "--to",
      "2024-05-13T11:34:00",
      "--json",
    ]);
    expect(JSON.parse(points.out).values).toEqual([{ atMs: 1_715_600_000_000, value: 21.5 }]);
    const table = await rainhooks(["series", "sensor", "Room.Temperature"]);
    expect(table.out).toMatch(/^2024-05-13 11:34:20\s+22$/m);
    expect(table.out.split("\n").at(-1)).toBe("▁█  21.5 to 22");
    const daily = [
      "--aggregate",
      "avg",
      "--interval",
      "day",
      "--timezone",
      "Asia/Kolkata",
      "--from",
      "2024-05-01",
    ];
    for (const time of ["first", "from a rollup"]) {
      const days = await rainhooks(["series", "sensor", "Room.Temperature", ...daily]);
      expect([time, days.out.split("\n").at(-1)]).toEqual([
        time,
        "2024-05-13 00:00:00 +05:30  21.75       2",
      ]);
    }
  });

  it("publish sends an undecodable event if its type is given; it goes to the dead-letter queue", async () => {
    const { code } = await rainhooks(["publish", "--type", "rmaker.event.alert"], "{ broken");
    expect(code).toBe(0);
    await untilCommand(["logs", "hello"], ({ out }) => out.includes("body-not-json"));
    // The metrics follow the log line, when the dead letter has been sent.
    await eventually(
      () => running.stage.totals("hello").Undecodable,
      (count) => count === 1,
    );
  });

  test.each([
    [
      "an unknown node",
      ["node", "nobody"],
      "",
      3,
      "Node nobody is unknown: no event of it is stored.",
    ],
    [
      "a node without series",
      ["series", "nobody"],
      "",
      3,
      "Node nobody is unknown, or has sent no readings",
    ],
    [
      "a series that the node does not have",
      ["series", "sensor", "Nope"],
      "",
      3,
      "It has: Room.Temperature",
    ],
    [
      "an end before the start",
      ["series", "sensor", "Room.Temperature", "--from", "2026-01-02", "--to", "2026-01-01"],
      "",
      2,
      "--from must lie before --to.",
    ],
    [
      "a zone that is none",
      ["series", "sensor", "Room.Temperature", "--aggregate", "min", "--timezone", "Mars/Olympus"],
      "",
      2,
      "must be an IANA time zone",
    ],
    [
      "an aggregate that is none",
      ["series", "sensor", "x", "--aggregate", "mode"],
      "",
      2,
      "Allowed choices are raw",
    ],
    ["a limit that is none", ["nodes", "--limit", "0"], "", 2, "whole number from 1 to 1000"],
    [
      "a time that is none",
      ["series", "sensor", "--from", "yesterday"],
      "",
      2,
      "must be a time from 1970 to 9999",
    ],
    ["an unknown webhook", ["logs", "nope"], "", 3, "It has: archive, node-status"],
    ["an unknown command", ["frobnicate"], "", 2, "unknown command 'frobnicate'"],
    ["an unknown flag", ["nodes", "--sideways"], "", 2, "unknown option '--sideways'"],
    ["typographic quotes", ["publish"], "{“EventType”: 1}", 2, "typographic quotes"],
    ["an empty input", ["publish"], "", 2, "the input is empty"],
    ["a Lambda event without records", ["publish"], '{"Records":[]}', 2, "has no records"],
    [
      "a Lambda event of another service",
      ["publish"],
      '{"Records":[{}]}',
      2,
      "Records[0] has no SNS message",
    ],
    ["JSON that ends early", ["publish"], '{"EventType":', 2, "The input is not JSON: "],
    [
      "a message that is too long",
      ["publish", "--type", "rmaker.event.alert"],
      "x".repeat(300_000),
      2,
      "SNS rejected this message",
    ],
    [
      "a range without a series",
      ["series", "sensor", "--from", "0"],
      "",
      2,
      "--from needs the name of a series",
    ],
    ["no event", ["publish"], "[]", 2, "an event is a JSON object"],
    ["an event without a type", ["publish"], "{}", 2, "no EventType"],
    [
      "an event that no topic takes",
      ["publish"],
      '{"EventType":"rmaker.event.x"}',
      2,
      "is not a RainMaker event type",
    ],
    [
      "a file that is not there",
      ["publish", "/no/such/file"],
      "",
      2,
      "/no/such/file cannot be read",
    ],
  ])("the command rejects %s with one clear line", async (_, args, input, code, message) => {
    const finished = await rainhooks(args, input);
    expect(finished.code).toBe(code);
    expect(finished.err).toContain(message);
    expect(finished.err).not.toContain("    at ");
    expect(finished.out).toBe("");
  });

  it("the command reports that no stage runs", async () => {
    const finished = await rainhooks(["nodes"], "", join(running.dataDir, "elsewhere"));
    expect(finished.code).toBe(1);
    expect(finished.err).toMatch(/^No stage runs on .*elsewhere\. Start one with "npm start"/);
  });

  it("the command finds the stage by a file that only its owner can read", async () => {
    const content = JSON.parse(await readFile(join(running.dataDir, "stage.json"), "utf8"));
    expect(content).toEqual({
      pid: process.pid,
      endpoint: running.stage.endpoint,
      topicArnPrefix: "arn:aws:sns:us-east-1:000000000000:",
      outputs: expect.objectContaining({ stage: "local", region: "us-east-1" }),
      archiveDir: expect.stringContaining(running.dataDir),
    });
  });
});
