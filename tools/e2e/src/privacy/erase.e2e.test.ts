import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { RunResult } from "@rainhooks/app-local/run-fleet";
import { runTestFleet } from "@rainhooks/app-local/testing/run-test-fleet";
import { startTestStage, type TestStage } from "@rainhooks/app-local/testing/test-stage";
import { publish } from "@rainhooks/local/aws/publish";
import { reachRunningStage } from "@rainhooks/stage/stage-access";
import { eventually } from "@rainhooks/testing/eventually";
import { runCommand } from "../cli/testing/run-command.ts";
import { placesWith } from "./stored-places.ts";

const NAME = "somebody.of.this.test@example.com";
const ADDED = "rmaker.event.user_node_added";

describe("erase and export", () => {
  let running: TestStage;
  let folder: string;
  let published: RunResult["published"];
  let user = "";
  let node = "";
  let other = "";

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "erase-"));
    running = await startTestStage();
    const options = { seed: 7, nodes: 12, events: 300, duplicates: 0.1, undecodable: 0.01 };
    ({ published } = await runTestFleet(running, options, () => undefined));
    user = published[0]?.message.truth?.userId ?? "";
    [node = "", other = ""] = new Set(
      published.flatMap(({ message }) => message.truth?.nodeIds ?? []),
    );
    // Texts of another node: one is cut within the id, one has another person's name, one is a
    // reading.
    await tell("alert", {
      node_id: other,
      user_name: "Anna Smith",
      message_body: "Anna Smith left",
    });
    const long = `${"x".repeat(190)} ${node} ${"y".repeat(40)}`;
    const said = { state: `child ${node} of ${NAME} fell`, text: long };
    await tell("alert", { node_id: other, message_body: { "esp.alert.str": long } });
    await tell("node_params_changed", { node_id: other, payload: { Robot: said } });
    await tell("node_config_changed", {
      node_id: other,
      config: { info: { type: node, name: long } },
    });
    await tell("node_ts_data", { node_id: other, ...reading, dt: "string", v: `of ${NAME}` });
    // Both nodes are in one event, and the user in rules and rows.
    const data = { user_id: user, user_name: NAME, nodes: [node, other] };
    const body = JSON.stringify({ event_type: ADDED, event_data: data });
    await publish(running.stage, [{ type: ADDED, body, attributes: { user_id: user } }]);
    await eventually(
      () => stored(user),
      (places) => places.includes("table node-status"),
    );
  });
  afterAll(async () => {
    await running?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const run = (...args: string[]) => runCommand([...args, "--data", running.dataDir]);
  const reading = { name: "Robot.State", t: Math.floor(Date.now() / 1000) };
  const tell = (type: string, data: object) => {
    const event = `rmaker.event.${type}` as typeof ADDED;
    const body = JSON.stringify({ event_type: event, event_data: data });
    return publish(running.stage, [{ type: event, body, attributes: {} }]);
  };
  const stored = async (...texts: string[]) =>
    placesWith(await reachRunningStage(running.dataDir), ...texts);

  it("erase shows a plan, and changes nothing without a confirmation", async () => {
    const { code, out } = await run("erase", "user", user, "--plan");
    expect(out).toMatch(
      /archive +0 deliveries deleted, \d+ deliveries with an alias instead of the user/,
    );
    expect(out).toMatch(/left +responses to batches .*; gone by \d{4}-/);
    expect(out).toMatch(new RegExp(`such as +.*"user_id":"${user}`));
    expect(code).toBe(0);
    // A plan is only a plan, whatever else is said.
    expect((await run("erase", "user", user, "--plan", "--yes")).out).toContain(
      "with an alias instead",
    );
    expect((await run("erase", "ls")).out).toContain("Nothing was erased.");
    expect(await run("erase", "user", user)).toMatchObject({
      code: 2,
      err: expect.stringContaining("Confirm with --yes."),
    });
    expect(await stored(user)).toContain("table node-status");
  });

  it("erase refuses an id that cannot be searched for", async () => {
    expect(await run("erase", "user", user, "--json")).toMatchObject({
      code: 2,
      err: "With --json nobody is asked: add --plan or --yes.",
    });
    expect(await run("erase", "node", "x".repeat(257), "--yes")).toMatchObject({
      code: 2,
      err: expect.stringContaining("1 to 256 characters"),
    });
  });

  it("export writes what is stored of a user, readable by its owner alone", async () => {
    const to = join(folder, "user");
    const { code, out } = await run("export", "user", user, "--also", NAME, "--to", to);
    expect(out).toMatch(/^\d+ deliveries, \d+ items of tables and 0 dead letters written to/);
    expect(code).toBe(0);
    const lines = (await readFile(join(to, "deliveries.jsonl"), "utf8")).trim().split("\n");
    expect(lines.length).toBeGreaterThan(10);
    expect(lines.every((line) => line.includes(user) || line.includes(NAME))).toBe(true);
    expect(await readFile(join(to, "deliveries.csv"), "utf8")).toMatch(
      /^id,publishedAtMs,topic,body\n/,
    );
    expect(await readFile(join(to, "deliveries.jsonl"), "utf8")).toContain(NAME);
    const modes = (await readdir(to)).map(
      async (name) => (await stat(join(to, name))).mode & 0o777,
    );
    expect([...new Set(await Promise.all(modes)), (await stat(to)).mode & 0o777]).toEqual([
      0o600, 0o700,
    ]);
    expect(await run("export", "user", user, "--to", to)).toMatchObject({
      code: 2,
      err: expect.stringContaining("cannot be made"),
    });
  });

  it("erase removes a user and a node from all stores; archive, tables and counts stay equal", async () => {
    const erased = await run("erase", "user", user, "--also", NAME, "--yes");
    expect(erased.out).toMatch(
      /0 deliveries deleted, \d+ deliveries with rainhooks-erased-[0-9a-f]{12} instead/,
    );
    expect(await stored(user, NAME)).toEqual([]);
    // Somebody else's name stays.
    expect((await run("erase", "user", "unknown", "--also", "Anna", "--yes")).code).toBe(0);
    expect(await stored("Anna Smith")).toContain("table node-timeline");
    expect((await run("erase", "node", node, "--yes")).out).toMatch(
      /[1-9]\d* deliveries deleted, [1-9]\d* deliveries with/,
    );
    expect(await stored(node)).toEqual([]);
    // What names it beside another one is still known of that.
    const { out } = await run("node", other, "--json");
    expect(JSON.parse(out).users[0].userId).toMatch(/^rainhooks-erased-/);
    for (const store of ["archive", "node-status", "time-series"]) {
      const verified = await run("verify", store, "--from", "2d");
      expect(verified.out).toMatch(/outcome +equal/);
    }
    expect((await run("verify", "archive", "--from", "2d")).out).toMatch(/erased +\d+ deliveries/);
  });

  it("a node that comes back is read by its name, and the stores are equal", async () => {
    await tell("node_ts_data", { node_id: node, ...reading, dt: "int", v: 7 });
    const values = () => run("series", node, reading.name, "--json");
    await eventually(values, ({ code }) => code === 0);
    expect((await values()).out).toMatch(/"value": 7/);
    expect((await run("verify", "time-series", "--from", "2d")).out).toMatch(/outcome +equal/);
    expect((await run("erase", "node", node, "--yes")).code).toBe(0);
    expect(await stored(node)).toEqual([]);
  });

  it("nothing brings it back, and a list says that something was erased", async () => {
    expect(
      (await run("replay", "start", "--webhook", "node-status", "--from", "2d", "--yes")).code,
    ).toBe(0);
    expect(await stored(user, node)).toEqual([]);
    // All three times are times.
    expect((await run("erase", "ls")).out).toMatch(/ user +done +20\d\d-.* +20\d\d-.* +20\d\d-/);
    const { out } = await run("erase", "ls", "--json");
    expect(JSON.parse(out).erasures).toMatchObject([
      { kind: "node", step: "done" },
      { kind: "node", step: "done" },
      { kind: "user", step: "done" },
      { kind: "user", step: "done" },
    ]);
    expect(out).not.toContain(node);
    expect(out).not.toContain(user);
    const gone = published.find(({ message }) => message.truth?.nodeIds[0] === node);
    expect(await run("trace", gone?.id ?? "")).toMatchObject({
      code: 3,
      err: expect.stringContaining("were erased with the data of a node"),
    });
  });
});
