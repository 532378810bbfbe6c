import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import {
  ALL_FUNCTIONS,
  startTestStage,
  type TestStage,
} from "@rainhooks/app-local/testing/test-stage";
import { readRule } from "@rainhooks/extensions/alarms/rule/read-rule";
import { changeWatchRule } from "@rainhooks/extensions/alarms/rules/rule-store";
import { watchRulesTable } from "@rainhooks/extensions/alarms/watch-tables";
import { publishEvent } from "@rainhooks/local/aws/publish";
import { eventually } from "@rainhooks/testing/eventually";
import { deployedName } from "@rainhooks/webhook/names";
import { type CommandResult, runCommand } from "../cli/testing/run-command.ts";

const RULE = '{ "name": "gone", "kind": "offline", "for": "5m" }';

const NAMES = { attic: "Under the roof", cellar: undefined, hall: "Hall" };
const NODES = ["attic", "cellar", "hall"] as const;

describe("alarms on a local stage", () => {
  let running: TestStage;
  const run = (...args: string[]): Promise<CommandResult> =>
    runCommand([...args, "--data", running.dataDir], args.includes("-") ? RULE : "");
  const json = async (...args: string[]) => JSON.parse((await run(...args, "--json")).out);

  beforeAll(async () => {
    running = await startTestStage({ functions: ALL_FUNCTIONS });
    const table = {
      client: running.stage.clients.dynamodb,
      tableName: deployedName("local", watchRulesTable.name),
    };
    // A rule that is added by the command begins to hold 90 seconds later.
    await changeWatchRule(
      table,
      "gone",
      { status: "in-force", rule: readRule(RULE) },
      Date.now() + 1000,
    );
    const publish = (type: "node_config_changed" | "node_disconnected", data: object) =>
      publishEvent(running.stage, `rmaker.event.${type}`, data, Date.now() - 600_000);
    for (const node_id of NODES) {
      await publish("node_config_changed", { node_id, config: { info: { name: NAMES[node_id] } } });
      await publish("node_disconnected", { node_id });
    }
  });
  afterAll(() => running?.stop());

  it("alarms are found by the sweep of the stage, and can be acknowledged and shelved", async () => {
    await eventually(
      () => json("alarms", "ls"),
      (found) => found.alarms?.length === NODES.length,
    );
    const { alarms } = await json("alarms", "ls", "--node", "Under the roof");
    expect(alarms).toMatchObject([
      {
        rule: "gone",
        nodeId: "attic",
        nodeName: "Under the roof",
        state: "raised",
        severity: "medium",
      },
    ]);
    const { alarmId } = alarms[0];
    expect((await run("alarms", "ack", alarmId, "--by", "ann")).out).toBe(
      "Acknowledged by ann: gone of attic (Under the roof).",
    );
    expect((await run("alarms", "ack", alarmId.slice(0, 8), "--by", "bob")).out).toBe(
      "Already acknowledged by ann: gone of attic (Under the roof).",
    );
    expect((await run("alarms", "shelve", alarmId, "--for", "2h")).out).toMatch(
      /^Shelved until .* gone of attic \(Under the roof\)\.$/,
    );
    expect((await run("alarms", "shelve", alarmId, "--for", "1h")).out).toMatch(
      /^Already shelved until .* For a shorter time, unshelve it first\.$/,
    );
    expect(await json("alarms", "show", alarmId)).toMatchObject({
      state: "acknowledged",
      ackedBy: "ann",
    });
    expect(await run("alarms", "show", "nothing")).toMatchObject({
      code: 3,
      err: "There is no alarm nothing.",
    });
  });

  it("alarms are acknowledged, shelved and unshelved many at a time, after a question", async () => {
    expect(await run("alarms", "ack")).toMatchObject({
      code: 2,
      err: "Name alarms in one way: by their ids, with --rule and --node, or with --all.",
    });
    expect((await run("alarms", "ack", "whatever", "--all")).code).toBe(2);
    expect(await run("alarms", "ack", "--rule", "gon")).toMatchObject({
      code: 3,
      err: "There is no alarm rule gon. There are: gone.",
    });
    expect(await run("alarms", "ack", "--rule", "gone")).toMatchObject({
      code: 2,
      err: "Acknowledge 3 alarms (3 of gone)? Confirm with --yes.",
    });
    expect(await run("alarms", "ack", "--rule", "gone", "--by", "bob", "--yes")).toMatchObject({
      code: 0,
      out: "Acknowledged by bob: 2 alarms (2 of gone). 1 already was.",
    });
    expect(await json("alarms", "unshelve", "--all", "--yes")).toMatchObject({
      changed: 1,
      already: 2,
      ended: 0,
      failed: 0,
      alarms: expect.arrayContaining([
        expect.objectContaining({ nodeId: "attic", outcome: "changed" }),
      ]),
    });
    expect((await run("alarms", "unshelve", "--node", "cellar")).out).toBe(
      "Not shelved: gone of cellar.",
    );
    const list = (await run("alarms", "ls", "--limit", "2")).out.split("\n");
    expect(list[0]).toMatch(/^alarm +rule +severity +of +name +state +/);
    expect(list.slice(-2)).toEqual([
      "3 open alarms of 1 rule; 0 not handled",
      "There are more: use --limit, --rule or --from.",
    ]);
    expect((await run("alarms", "ls")).out).toMatch(/\n3 open alarms of 1 rule; 0 not handled$/);
  });

  it("alarms follow from rules that are added, shown, tried and paused", async () => {
    const added = await run(
      "watch",
      "add",
      "flaps",
      "--kind",
      "flapping",
      "--count",
      "5",
      "--window",
      "10m",
    );
    expect(added.out).toMatch(/^Rule flaps, version 1, holds from /);
    const wrong = await run("watch", "add", "flaps", "--kind", "flapping", "--count", "5");
    expect(wrong).toMatchObject({ code: 2, out: "", err: "--window is missing." });
    const outage = ["watch", "add", "site", "--kind", "outage", "--by", "tag"];
    expect((await run(...outage, "--share", "half")).err).toBe(
      '--share must be a number from 0.01 to 1, not "half".',
    );
    expect((await run(...outage, "--share", "0.3", "--count", "20")).out).toMatch(
      /^Rule site, version 1, /,
    );
    const { rules } = await json("watch", "ls");
    expect(rules).toMatchObject([
      { name: "flaps", status: "starting" },
      { name: "gone", version: 1 },
      { name: "site", status: "starting", rule: { by: "tag", share: 0.3, count: 20 } },
    ]);
    expect((await run("watch", "show", "gone")).out).toContain("5m");
    expect((await run("watch", "pause", "gone")).out).toMatch(/^Rule gone is paused from /);
    expect((await run("watch", "rm", "none")).err).toBe(
      "There is no alarm rule none. There are: flaps, gone, site.",
    );
    expect((await run("watch", "maintenance", "move", "--for", "2h")).out).toMatch(
      /^Maintenance move from /,
    );
    const planned = (await json("watch", "ls")).maintenance;
    expect(planned).toMatchObject([{ name: "move" }]);
    expect(await run("watch", "maintenance", "move", "--for", "4h")).toMatchObject({
      code: 2,
      err: expect.stringContaining("End that one first, or choose another name."),
    });
    expect((await json("watch", "ls")).maintenance).toEqual(planned);
    expect((await run("watch", "maintenance", "move", "--end")).out).toMatch(
      /^Maintenance move from /,
    );
    expect((await json("watch", "ls")).maintenance).toEqual([]);
    expect(await run("watch", "maintenance", "move", "--end")).toMatchObject({
      code: 2,
      err: expect.stringContaining("there is no maintenance move that has not ended."),
    });
    expect(await run("watch", "maintenance", "move")).toMatchObject({
      code: 2,
      err: expect.stringContaining("say when it ends, with --for 2h or --to."),
    });
    // What a rule is tried on is the archive, which is written some seconds after the alarms are
    // found.
    await eventually(
      () => run("archive", "cat", "--event", "node_disconnected"),
      ({ out }) => out.split("\n").length === NODES.length,
    );
    const found = /^3 alarms on 3 nodes \(/;
    expect((await run("watch", "test", "--file", "-")).out).toMatch(found);
    for (const how of [["gone"], ["--kind", "offline", "--for", "5m"]])
      expect((await run("watch", "test", ...how)).out).toMatch(found);
    expect(await run("watch", "test")).toMatchObject({
      code: 2,
      err: expect.stringContaining("Say which"),
    });
    expect(await run("watch", "test", "gone", "--file", "-")).toMatchObject({
      code: 2,
      err: "With --file, the rule is what the file says: leave its name and its fields out.",
    });
    const group = { name: "group", kind: "outage", by: "fleet", share: 0.5, count: 3 };
    const line = ["watch", "test", "--file", "-", "--data", running.dataDir];
    const seen = await runCommand(line, JSON.stringify(group));
    expect(seen.out).toMatch(/^\d alarms? on \d nodes? \(/);
    // In another object of the archive than what came before.
    await run("trigger", "alert", "--node", "attic");
    const stopped = await eventually(
      () => run("watch", "test", "--file", "-", "--max-deliveries", "1"),
      ({ out }) => out.includes("Stopped"),
      { everyMs: 1000 },
    );
    expect(stopped.out).toMatch(
      /^\d alarms? .*\n\nStopped after \d deliver(?:y|ies): .* UTC on was not read\./,
    );
  });
});
