import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { afterAll, afterEach, beforeAll, describe, expect, it, test } from "@jest/globals";
import { startTestStage, type TestStage } from "@rainhooks/app-local/testing/test-stage";
import { EVENT_TYPES, isDerived, shortType } from "@rainhooks/core/catalog";
import { publish } from "@rainhooks/local/aws/publish";
import { eventually } from "@rainhooks/testing/eventually";
import { BUNDLED_COMMAND, runCommand } from "./testing/run-command.ts";

describe("the commands for the development of webhooks", () => {
  let running: TestStage;
  const followers: (() => void)[] = [];

  beforeAll(async () => {
    running = await startTestStage();
  });
  afterEach(() => {
    for (const stop of followers.splice(0)) stop();
  });
  afterAll(() => running.stop());

  const rainhooks = (...args: string[]) => runCommand([...args, "--data", running.dataDir]);

  /** Runs a command that goes on, and collects its lines. */
  function follow(...args: string[]) {
    const child = spawn(process.execPath, [BUNDLED_COMMAND, ...args, "--data", running.dataDir]);
    const [lines, notes]: string[][] = [[], []];
    createInterface({ input: child.stdout }).on("line", (line) => lines?.push(line));
    createInterface({ input: child.stderr }).on("line", (line) => notes?.push(line));
    followers.push(() => child.kill("SIGKILL"));
    const ended = new Promise<number | null>((resolve) =>
      child.on("exit", (code) => resolve(code)),
    );
    return { child, lines: lines ?? [], notes: notes ?? [], ended };
  }

  describe("trigger", () => {
    it("trigger publishes each event; every webhook handles it", async () => {
      const types = EVENT_TYPES.filter((type) => !isDerived(type));
      for (const type of types) {
        const { code, out, err } = await rainhooks("trigger", shortType(type));
        expect([code, err]).toEqual([0, ""]);
        expect(out).toMatch(
          new RegExp(`^Published ${type} to esp_rainmaker_sns_\\w+ as delivery \\S+$`),
        );
      }
      await eventually(
        () => running.stage.totals("hello").Delivered,
        (count) => count === types.length,
      );
      // On a busy machine, a batch can be out of time and come again: it counts as failed
      // meanwhile.
      expect(running.stage.totals("hello")).toMatchObject({ Undecodable: 0, Refused: 0 });
      expect(running.stage.totals("time-series")).toMatchObject({ Undecodable: 0, Refused: 0 });
    });

    it("trigger refuses an event that the stage derives", async () => {
      const { code, err } = await rainhooks("trigger", "alarm_changed");
      expect([code, err]).toEqual([2, expect.stringContaining("is not published by RainMaker")]);
    });

    it("trigger says which option has fields of an event, when they are given as the folder", async () => {
      expect(await runCommand(["trigger", "alert", "--data", '{"message_body":'])).toMatchObject({
        code: 2,
        err: expect.stringContaining("Give fields of the event's data with --fields."),
      });
    });

    it("trigger publishes with the current time, so that the node is online from now on", async () => {
      const startMs = Date.now();
      await rainhooks("trigger", "rmaker.event.node_connected", "--node", "present");
      const { out } = await eventually(
        () => rainhooks("node", "present", "--json"),
        ({ code }) => code === 0,
      );
      const { sinceMs }: { sinceMs: number } = JSON.parse(out);
      expect(sinceMs).toBeGreaterThan(startMs - 2000);
      expect(sinceMs).toBeLessThanOrEqual(Date.now());
    });

    it("trigger changes the data of the sample", async () => {
      const data = '{"message_body":"door is open"}';
      const { code } = await rainhooks("trigger", "alert", "--node", "door", "--fields", data);
      expect(code).toBe(0);
      const { out } = await rainhooks("events", "--node", "door", "--json");
      expect(JSON.parse(JSON.parse(out).body).event_data).toMatchObject({
        node_id: "door",
        message_body: "door is open",
      });
    });

    const deep = `{"payload":${"[".repeat(100)}${"]".repeat(100)}}`;
    test.each([
      [
        "an unknown event",
        ["doorbell"],
        "doorbell is not a RainMaker event type. Use one of: node_connected, ",
      ],
      ["JSON that ends early", ["alert", "--fields", '{"a":'], "--fields must be a JSON object"],
      ["data that is a list", ["alert", "--fields", "[1]"], "--fields must be a JSON object"],
      [
        "too much data",
        ["alert", "--fields", `{"x":"${"y".repeat(100_001)}"}`],
        "--fields must be a JSON object",
      ],
      ["data that is too deep", ["alert", "--fields", deep], "--fields must be a JSON object"],
      ["data that the event cannot have", ["alert", "--fields", '{"node_id":5}'], "node"],
      [
        "a node for an event without one",
        ["admin_user_added", "--node", "n"],
        "The event is not about a node",
      ],
      ["an empty node", ["alert", "--node", " "], "--node must be the id of a node"],
      [
        "a long node",
        ["alert", "--node", "n".repeat(257)],
        "--node must be a text of 1 to 256 characters",
      ],
      [
        "a deployed stage",
        ["alert", "--stage", "production"],
        "trigger can only be used with the local stage",
      ],
    ])("trigger refuses %s in one line", async (_, args, message) => {
      const { code, out, err } = await rainhooks("trigger", ...args);
      expect([code, out]).toEqual([2, ""]);
      expect(err).toContain(message);
      expect(err.split("\n")).toHaveLength(1);
    });

    it("trigger reports that no stage runs", async () => {
      const { code, err } = await runCommand(["trigger", "alert", "--data", import.meta.dirname]);
      expect([code, err]).toEqual([1, expect.stringContaining("No stage runs on")]);
    });
  });

  it("rainhooks logs --pretty shows the lines of a webhook for people", async () => {
    await rainhooks("trigger", "alert", "--node", "pretty");
    const { out } = await eventually(
      () => rainhooks("logs", "hello", "--pretty"),
      ({ out: seen }) => seen.includes("pretty"),
    );
    expect(out).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d {2}alert {2}\{.*"nodeId":"pretty"/m);
  });

  describe("events", () => {
    it("events shows the last events of a type and a node, in one safe line each", async () => {
      const data = JSON.stringify({ message_body: "\u001b[2J https://user:key@a.example/secret" });
      await rainhooks("trigger", "alert", "--node", "line", "--fields", data);
      await rainhooks("trigger", "node_connected", "--node", "line");
      const { code, out } = await rainhooks("events", "--node", "line");
      expect(code).toBe(0);
      expect(out.split("\n")).toEqual([
        expect.stringMatching(
          /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d {2}alert {22} {2}line {22} {2}[\da-f-]{36} {2}\{.*https:\/\/a\.example\/…/,
        ),
        expect.stringMatching(/ {2}node_connected {13} {2}line {22} {2}[\da-f-]{36} {2}\{"UserId"/),
      ]);
      expect(out).not.toMatch(/\p{Cc}(?<!\n)|key@/u);
      expect(
        (await rainhooks("events", "--node", "line", "--type", "alert")).out.split("\n"),
      ).toHaveLength(1);
      expect((await rainhooks("events", "--last", "1")).out).toContain("node_connected");
      const none = await rainhooks("events", "--node", "nobody");
      expect([none.code, none.out, none.err]).toEqual([
        0,
        "",
        expect.stringContaining("No such event"),
      ]);
    });

    it("events follows until the stage stops, and shows undecodable messages with the reason", async () => {
      const own = await startTestStage();
      const { dataDir } = own;
      const data = ["--data", dataDir];
      await runCommand(["trigger", "node_connected", "--node", "before", ...data]);
      const child = spawn(process.execPath, [BUNDLED_COMMAND, "events", "--follow", ...data]);
      const lines: string[] = [];
      createInterface({ input: child.stdout }).on("line", (line) => lines.push(line));
      followers.push(() => child.kill("SIGKILL"));
      const ended = new Promise<number | null>((resolve) =>
        child.on("exit", (code) => resolve(code)),
      );
      await eventually(
        () => lines.join("\n"),
        (seen) => seen.includes("before"),
      );
      await runCommand(["publish", "--type", "alert", ...data], "{ broken");
      await eventually(
        () => lines.at(-1) ?? "",
        (line) => / {2}alert .*body-not-json/.test(line),
      );
      await own.stop();
      expect(await ended).toBe(0);
    });

    it("events follows one type and one node only", async () => {
      const { lines } = follow(
        "events",
        "--follow",
        "--type",
        "alert",
        "--node",
        "wanted",
        "--last",
        "1",
      );
      for (const node of ["other", "wanted"]) {
        for (const type of ["node_connected", "alert"])
          await rainhooks("trigger", type, "--node", node);
      }
      const [line] = await eventually(
        () => lines,
        ({ length }) => length > 0,
      );
      expect(line).toMatch(/ {2}alert +wanted /);
      expect(lines).toHaveLength(1);
    });

    it("events reads no faster than its output is read, and misses events instead of needing memory", async () => {
      const { child, lines, notes } = follow("events", "--follow", "--json");
      await eventually(
        () => lines.length,
        (count) => count > 0,
      );
      child.stdout.pause();
      const body = JSON.stringify({
        event_type: "rmaker.event.alert",
        event_data: { node_id: "n", x: "y".repeat(50_000) },
      });
      const message = { type: "rmaker.event.alert", body, attributes: {} } as const;
      await publish(running.stage, Array(200).fill(message));
      child.stdout.resume();
      await eventually(
        () => notes.join("\n"),
        (seen) => /Not shown, because the output is slow: [\d,]+ events?\./.test(seen),
      );
    });

    test.each([
      [["--type", "doorbell"], "is not a RainMaker event type"],
      [["--last", "0"], "whole number"],
      [["--stage", "production"], "events can only be used with the local stage"],
    ])("events refuses %j in one line", async (args, message) => {
      const { code, err } = await rainhooks("events", ...args);
      expect([code, err.split("\n")]).toEqual([2, [expect.stringContaining(message)]]);
    });
  });
});
