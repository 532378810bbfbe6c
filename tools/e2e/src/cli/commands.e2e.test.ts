import { rm } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it, test } from "@jest/globals";
import { startTestStage, type TestStage } from "@rainhooks/app-local/testing/test-stage";
import { eventually } from "@rainhooks/testing/eventually";
import { runCommand } from "./testing/run-command.ts";

describe("the rainhooks command on a stage", () => {
  let running: TestStage;
  const nowMs = Date.now();

  const rainhooks = (args: readonly string[], input = "") =>
    runCommand([...args, "--data", running.dataDir], input);

  /** Runs a command until its output is the expected one. */
  const untilCommand = async (args: readonly string[], isExpected: (out: string) => boolean) =>
    (
      await eventually(
        () => rainhooks(args),
        ({ out }) => isExpected(out),
      )
    ).out;

  function event(type: string, data: object): string {
    return JSON.stringify({
      event_type: `rmaker.event.${type}`,
      timestamp: nowMs - 1000,
      event_data: data,
    });
  }

  beforeAll(async () => {
    running = await startTestStage();
    const names: [id: string, name: string, firmware: string][] = [
      ["abcd1111", "Kitchen", "1.0"],
      ["abcd2222", "Bedroom", "2.0"],
      ["=HYPERLINK(1)", "\u001b[2JEvil", "2.0"],
    ];
    for (const [node_id, name, fw_version] of names) {
      await rainhooks(["publish"], event("node_connected", { node_id }));
      await rainhooks(
        ["publish"],
        event("node_config_changed", { node_id, config: { info: { name, fw_version } } }),
      );
    }
    await untilCommand(
      ["nodes", "--csv"],
      (out) => out.includes("Kitchen") && out.includes("Bedroom") && out.includes("Evil"),
    );
  });
  afterAll(() => running.stop());

  test.each([["abcd1111"], ["abcd1"], ["kitchen"], ["KITCHEN"]])(
    "the command finds a node by %s",
    async (text) => {
      const { code, out } = await rainhooks(["node", text]);
      expect([code, out.split("\n")[0]]).toEqual([0, expect.stringContaining("abcd1111")]);
    },
  );

  test.each([
    [["events", "--json"]],
    [["archive", "cat"]],
    [["archive", "query", "--saved", "events-of-a-node", "--json"]],
  ])("the command finds a node by its name or the start of its id for %j", async (words) => {
    for (const text of ["kitchen", "abcd1", "abcd1111"]) {
      const out = await untilCommand([...words, "--node", text], (one) => one.includes("abcd1111"));
      expect(out).not.toContain("abcd2222");
    }
    expect((await rainhooks([...words, "--node", "kitchen"])).err).toContain(
      "kitchen is the node abcd1111.",
    );
    const several = await rainhooks([...words, "--node", "abcd"]);
    expect([several.code, several.err]).toEqual([
      2,
      expect.stringContaining("2 nodes match abcd: "),
    ]);
  });

  it("the command says why the state of a node is not known", async () => {
    await rainhooks(
      ["publish"],
      event("node_config_changed", { node_id: "quiet", config: { info: {} } }),
    );
    const out = await untilCommand(["node", "quiet"], (one) => one.includes("node_config_changed"));
    expect(out).toMatch(/^state +unknown: no connect or disconnect of it .* passes the filters$/m);
  });

  it("the command reports which nodes match when several do, and when none does", async () => {
    const several = await rainhooks(["node", "abcd"]);
    expect([several.code, several.err]).toEqual([
      2,
      expect.stringContaining("2 nodes match abcd: "),
    ]);
    expect(several.err).toContain("abcd2222 (Bedroom)");
    expect((await rainhooks(["node", "nobody"])).code).toBe(3);
  });

  it("the command lists the nodes that match a text", async () => {
    const ids = async (match: string) =>
      (await rainhooks(["nodes", "--match", match, "--csv"])).out
        .split("\n")
        .slice(1)
        .map((line) => line.split(",")[0]);
    expect(await ids("kitch")).toEqual(["abcd1111"]);
    expect((await ids("2.0")).toSorted()).toEqual(["'=HYPERLINK(1)", "abcd2222"]);
    expect(await ids("nothing like it")).toEqual([]);
  });

  it("the command prints no formulas and no control characters, also into a pipe", async () => {
    for (const format of [[], ["--csv"], ["--json"]]) {
      const { out } = await rainhooks(["nodes", ...format]);
      expect(out).toContain("Evil");
      expect(out).not.toContain("\u001b");
    }
    const { out } = await rainhooks(["nodes", "--json"]);
    expect(
      JSON.parse(out).nodes.map(({ config }: { config: { name: string } }) => config.name),
    ).toContain("\u001b[2JEvil");
  });

  test.each([["2h"], ["1d"], ["now"]])("the command accepts %s as a time", async (from) => {
    const { code } = await rainhooks([
      "timeline",
      "kitchen",
      "--from",
      from === "now" ? "1h" : from,
      "--to",
      "now",
    ]);
    expect(code).toBe(0);
  });

  it("the command redrives and drops single dead letters, and reports those that failed again", async () => {
    for (const body of ["not JSON \u{1f600}", "nor this"]) {
      const { out } = await rainhooks(["publish", "--type", "alert"], body);
      expect(out).toContain("as delivery");
    }
    const shown = await untilCommand(
      ["dlq", "show", "hello", "--json"],
      (out) => JSON.parse(out || '{"letters":[]}').letters.length === 2,
    );
    const letters = JSON.parse(shown).letters as {
      deliveryId: string;
      body: string;
      reason: string;
    }[];
    expect(letters.map(({ body }) => body).toSorted()).toEqual(["nor this", "not JSON \u{1f600}"]);
    const [first, second] = letters.map(({ deliveryId }) => deliveryId);
    const redriven = await rainhooks(["dlq", "redrive", "hello", "--id", first?.slice(0, 8) ?? ""]);
    expect([redriven.code, redriven.out]).toEqual([
      0,
      expect.stringMatching(
        /^1 dead letter moved back to the queue of hello, 1 not moved: 1 body-not-json\n1 failed again\ndelivery .*\n\S+ +failed again +body-not-json +The delivery cannot be decoded: the body is not JSON/,
      ),
    ]);
    expect(redriven.err).toContain(`rainhooks dlq show hello --data ${running.dataDir}`);
    const again = JSON.parse(
      (await rainhooks(["dlq", "redrive", "hello", "--reason", "not JSON", "--json"])).out,
    );
    expect(again).toMatchObject({ moved: 2, kept: 0 });
    expect(again.letters.map(({ outcome }: { outcome: string }) => outcome)).toEqual([
      "failed",
      "failed",
    ]);
    expect(await rainhooks(["dlq", "drop", "hello"])).toMatchObject({
      code: 2,
      err: expect.stringContaining("Choose the dead letters to delete"),
    });
    expect(await rainhooks(["dlq", "drop", "hello", "--id", "abc"])).toMatchObject({ code: 2 });
    expect(await rainhooks(["dlq", "drop", "hello", "--id", second ?? ""])).toMatchObject({
      code: 2,
      err: expect.stringContaining("Confirm with --yes"),
    });
    // What no letter says is the reason of none.
    expect(
      await rainhooks(["dlq", "drop", "hello", "--reason", "out of paper", "--yes"]),
    ).toMatchObject({
      code: 3,
    });
    expect(await rainhooks(["dlq", "drop", "hello", "--id", second ?? "", "--yes"])).toMatchObject({
      code: 0,
      out: "1 dead letter of hello deleted",
    });
    expect(
      await rainhooks(["dlq", "drop", "hello", "--only", "body-not-json", "--yes"]),
    ).toMatchObject({
      code: 0,
      out: "1 dead letter of hello deleted",
    });
    expect(await rainhooks(["dlq", "drop", "hello", "--only", "nonsense", "--yes"])).toMatchObject({
      code: 3,
    });
  });

  it("the command shows the resources of the stage", async () => {
    const { out } = await rainhooks(["stage"]);
    expect(out).toContain("query API");
  });
});

it("rainhooks logs prints the log of a webhook after its stage has stopped", async () => {
  const ended = await startTestStage();
  const data = ["--data", ended.dataDir];
  const published = await runCommand(
    ["publish", ...data],
    JSON.stringify({ event_type: "rmaker.event.node_connected", event_data: { node_id: "n" } }),
  );
  const id = /as delivery (\S+)$/.exec(published.out)?.[1] ?? "";
  await eventually(
    () => runCommand(["logs", "hello", ...data]),
    ({ out }) => out.includes(id),
  );
  await ended.stage.stop();
  expect((await runCommand(["logs", "hello", ...data])).out).toContain(id);
  expect((await runCommand(["logs", "../stage", ...data])).code).toBe(1);
  await rm(ended.dataDir, { recursive: true });
});
