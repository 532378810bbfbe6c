import { spawn } from "node:child_process";
import { setTimeout as pause } from "node:timers/promises";
import { PutItemCommand, paginateScan } from "@aws-sdk/client-dynamodb";
import { ListObjectsV2Command } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { runTestFleet } from "@rainhooks/app-local/testing/run-test-fleet";
import {
  startTestStage,
  type TestStage,
  unscheduledWith,
  webhooksWithTimeout,
} from "@rainhooks/app-local/testing/test-stage";
import { collect } from "@rainhooks/core/collections";
import type { Attributes } from "@rainhooks/dynamodb/key";
import { eventually } from "@rainhooks/testing/eventually";
import { deployedName } from "@rainhooks/webhook/names";
import { BUNDLED_COMMAND, runCommand } from "../cli/testing/run-command.ts";

/** What the stage needs for a rebuild: each other webhook costs processes and time. */
const WEBHOOKS = ["archive", "node-status"];
/**
 * Shorter than a stage's, because each change of slots waits for it; long enough for a busy
 * machine.
 */
const TIMEOUT_S = 10;
/**
 * What a change of slots waits for at least: the age of what functions know of them, and a message
 * to its queue.
 */
const SETTLE_MS = 11_000;
/**
 * Between two small fleets, each with a RainMaker of its own, and between two questions of the
 * reader.
 */
const FLEETS_EVERY_MS = 20_000;
const ASKS_EVERY_MS = 1000;
const FLEET = { nodes: 30, duplicates: 0.1, undecodable: 0.01 };

describe("a rebuild on a running stage", () => {
  let running: TestStage;
  /** A reader and a fleet, which go on until the end. */
  let isOver = false;
  let publishing: Promise<void>;
  let reading: Promise<string[]>;

  beforeAll(async () => {
    const webhooks = webhooksWithTimeout(WEBHOOKS, TIMEOUT_S);
    running = await startTestStage({ functions: unscheduledWith(webhooks) });
    await runFleet(400, 1);
    await spoil();
    const before = await countNodes();
    expect(before).toBeGreaterThan(20);
    publishing = publishAllTheTime();
    reading = readAllTheTime(before);
  });
  afterAll(async () => {
    isOver = true;
    await publishing;
    await running.stop();
  });

  const rainhooks = (...args: string[]) => runCommand([...args, "--data", running.dataDir]);
  const show = async () =>
    JSON.parse((await rainhooks("rebuild", "show", "node-status", "--json")).out);

  async function runFleet(events: number, seed: number): Promise<void> {
    const { reconciliation } = await runTestFleet(
      running,
      { ...FLEET, events, seed },
      () => undefined,
    );
    expect(reconciliation.problems).toEqual([]);
  }

  async function publishAllTheTime(): Promise<void> {
    for (let seed = 2; !isOver; seed += 1) {
      await runFleet(30, seed);
      await pause(FLEETS_EVERY_MS);
    }
  }

  async function countNodes(): Promise<number> {
    const response = await fetch(`${running.stage.apiUrl}/v1/node-counts`);
    const counts = (await response.json()) as Readonly<Record<string, number>>;
    return (counts["online"] ?? 0) + (counts["offline"] ?? 0) + (counts["unknown"] ?? 0);
  }

  /**
   * Asks for the number of nodes again and again. Returns the results that had fewer than an
   * earlier one.
   */
  async function readAllTheTime(before: number): Promise<string[]> {
    const wrong: string[] = [];
    for (let last = before; !isOver; await pause(ASKS_EVERY_MS)) {
      const count = await countNodes();
      if (!(count >= last)) wrong.push(`${count} nodes after ${last}`);
      last = count;
    }
    return wrong;
  }

  async function itemsOf(table: string): Promise<Attributes[]> {
    const client = running.stage.clients.dynamodb;
    const pages = await collect(
      paginateScan({ client }, { TableName: deployedName("local", table) }),
    );
    return pages.flatMap(({ Items = [] }) => Items);
  }

  /** Changes the firmware in a row by hand. */
  async function spoil(): Promise<void> {
    const row = (await itemsOf("node-status")).find((item) => item["firmware"] !== undefined);
    const Item = { ...row, firmware: { S: "0.0.1-wrong" } };
    const TableName = deployedName("local", "node-status");
    await running.stage.clients.dynamodb.send(new PutItemCommand({ TableName, Item }));
  }

  /**
   * Starts the rebuild in a process, starts another one while that waits for functions to follow,
   * and kills the process.
   */
  async function startAndKill() {
    const args = [
      BUNDLED_COMMAND,
      "rebuild",
      "start",
      "node-status",
      "--yes",
      "--data",
      running.dataDir,
    ];
    const child = spawn(process.execPath, args, { stdio: "ignore" });
    await eventually(show, ({ rebuild }) => rebuild?.phase === "filling", { everyMs: 500 });
    const second = await rainhooks("rebuild", "start", "node-status", "--yes");
    child.kill("SIGKILL");
    return second;
  }

  it("a rebuild switches to tables without the wrong items, after it was killed, while events arrive and a reader reads", async () => {
    expect((await rainhooks("verify", "node-status")).code).toBe(1);
    const planned = await rainhooks("rebuild", "plan", "node-status", "--json");
    // Twice until functions follow a change of slots, and twice until that is archived.
    expect(JSON.parse(planned.out).minWaitsMs).toBeGreaterThan(2 * SETTLE_MS);
    const second = await startAndKill();
    expect([second.code, second.err]).toEqual([
      1,
      expect.stringContaining("Another process works on"),
    ]);
    expect(await show()).toMatchObject({ live: "a", rebuild: { phase: "filling" } });
    await eventually(show, ({ rebuild }) => rebuild.leaseUntilMs < Date.now(), { everyMs: 1000 });
    const { code, out } = await rainhooks("rebuild", "start", "node-status", "--yes");
    expect([code, out]).toEqual([
      0,
      expect.stringMatching(/^outcome +switched: the rebuilt tables are live$/m),
    ]);
    expect(out).toMatch(/corrected +\S.*firmware.*0\.0\.1-wrong/);
    expect(await show()).toMatchObject({ live: "b", both: true, rebuild: { phase: "switched" } });
    expect((await rainhooks("rebuild", "start", "node-status", "--yes")).err).toContain(
      "has been rebuilt already",
    );
  });

  it("a rebuild is equal to the archive afterwards; the reader missed nothing", async () => {
    isOver = true;
    await publishing;
    expect(await reading).toEqual([]);
    expect((await rainhooks("verify", "node-status")).out).toMatch(/^outcome +equal/);
    const { out } = await rainhooks("nodes", "--all", "--json");
    expect(out).not.toContain("0.0.1-wrong");
  });

  it("back is the old tables again, which have missed nothing; drop empties the others", async () => {
    expect((await rainhooks("rebuild", "back", "node-status", "--yes")).out).toContain(
      "slot a is live, the old one again",
    );
    const old = await itemsOf("node-status");
    const rebuilt = await itemsOf("node-status-b");
    expect(new Set(old.map(keyOf))).toEqual(new Set(rebuilt.map(keyOf)));
    expect((await rainhooks("rebuild", "drop", "node-status")).err).toContain("Confirm with --yes");
    const dropped = await rainhooks("rebuild", "drop", "node-status", "--yes");
    expect([dropped.code, dropped.out]).toEqual([
      0,
      expect.stringContaining("Only slot a of node-status is used."),
    ]);
    expect([await itemsOf("node-status-b"), await itemsOf("node-timeline-b")]).toEqual([[], []]);
    const { s3 } = running.stage.clients;
    const files = await s3.send(
      new ListObjectsV2Command({ Bucket: deployedName("local", "archive"), Prefix: "work/" }),
    );
    expect(files.KeyCount).toBe(0);
    expect(await show()).toEqual(expect.not.objectContaining({ rebuild: expect.anything() }));
  });

  it.each([
    [
      ["switch", "node-status", "--yes"],
      2,
      "There is nothing to switch to: node-status is not being rebuilt.",
    ],
    [["start", "time-series"], 2, "Rebuild time-series? Confirm with --yes."],
    [["start", "fleet"], 2, "Allowed choices are node-status, time-series."],
    [["plan", "node-status", "--stage", "no stage"], 2, "no stage is not a stage name."],
  ])("a rebuild refuses %j with one line", async (args, code, text) => {
    const refused = await rainhooks("rebuild", ...args);
    expect([refused.code, refused.err.split("\n").at(-1)]).toEqual([
      code,
      expect.stringContaining(text),
    ]);
  });
});

function keyOf(item: Attributes): string {
  return `${item["nodeId"]?.S} ${item["item"]?.S}`;
}
