import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, test } from "@jest/globals";
import { SHIPPED_WEBHOOKS } from "@rainhooks/app-list";
import {
  type RainmakerStage,
  startRainmakerStage,
} from "@rainhooks/app-local/testing/rainmaker-stage";
import { CATALOG } from "@rainhooks/core/catalog";
import { readAllRules } from "@rainhooks/filter/rule-table";
import { SUPER_ADMIN } from "@rainhooks/local/rainmaker/rest/server";
import { runCommand } from "./testing/run-command.ts";

const FILTERABLE = CATALOG.filter(({ filterLevels }) => filterLevels.length > 0).length;

describe("rainhooks rainmaker", () => {
  let running: RainmakerStage;
  const everythingSaid: string[] = [];

  beforeAll(async () => {
    running = await startRainmakerStage();
    const { baseUrl, mqttUrl, passwordFile } = running.rainmaker;
    await running.stage.announce({ baseUrl, mqttUrl, user: SUPER_ADMIN, passwordFile });
  });
  afterAll(() => running.stop());

  async function rainmaker(args: string[], input = "") {
    const file = ["--credentials", join(running.dataDir, "login.json")];
    const finished = await runCommand(["rainmaker", ...args, ...file], input);
    everythingSaid.push(finished.out, finished.err);
    return finished;
  }

  it("rainhooks rainmaker requires a login first", async () => {
    const { code, err } = await rainmaker(["register"]);
    expect([code, err]).toEqual([
      1,
      'You are not logged in to RainMaker: run "rainhooks rainmaker login" first.',
    ]);
  });

  it("rainhooks rainmaker logs in with a password from standard input, and saves the tokens in a file that only its owner can read", async () => {
    const wrong = await rainmaker(
      ["login", "--url", running.rainmaker.baseUrl, "--user", SUPER_ADMIN],
      "wrong\n",
    );
    expect(wrong.code).toBe(1);
    expect(wrong.err).toContain("Incorrect user name or password");
    const { password } = running.rainmaker;
    const right = await rainmaker(
      ["login", "--url", `${running.rainmaker.baseUrl}/v1/`, "--user", SUPER_ADMIN],
      `${password}\n`,
    );
    expect(right.code).toBe(0);
    expect((await stat(join(running.dataDir, "login.json"))).mode & 0o077).toBe(0);
  });

  it("rainhooks rainmaker finds the local RainMaker of a running stage by itself", async () => {
    const { code, out } = await rainmaker(["login", "--data", running.dataDir]);
    expect(code).toBe(0);
    expect(out).toContain(running.rainmaker.baseUrl);
  });

  it("rainhooks rainmaker registers a stage: it shows the changes, makes them, and makes them only once", async () => {
    const plan = await rainmaker(["register", "--stage", "local", "--dry-run"]);
    expect(plan.out.split("\n")).toHaveLength(1 + FILTERABLE);
    expect(await running.client.listIntegrations()).toEqual([]);
    const done = await rainmaker(["register", "--stage", "local"]);
    expect(done.out.split("\n").map((line) => `would ${line}`)).toEqual(plan.out.split("\n"));
    expect(await running.client.listIntegrations()).toEqual([
      { serviceName: "rainhooks-local", endpointName: "events", enabled: true },
    ]);
    expect((await rainmaker(["register", "--stage", "local"])).out).toBe(
      "rainhooks-local is already registered: nothing to change.",
    );
  });

  it("rainhooks rainmaker adds a second stage to the filters of the first, and removes it again", async () => {
    await rainmaker(["register", "--stage", "dev"]);
    const filter = async () =>
      (await running.client.listFilters("admin", { eventType: "rmaker.event.alert" }))[0];
    expect((await filter())?.enabled_for_integrations).toEqual([
      "rainhooks-local",
      "rainhooks-dev",
    ]);
    const { out } = await rainmaker(["unregister", "--stage", "dev"]);
    expect(out).toContain(
      "remove integration rainhooks-dev from the System filter of rmaker.event.alert",
    );
    expect((await filter())?.enabled_for_integrations).toEqual(["rainhooks-local"]);
    expect((await rainmaker(["unregister", "--stage", "dev"])).out).toContain("nothing to change");
  });

  it("the filters of RainMaker are copied to the stage's rules", async () => {
    const filter = {
      event_type: "rmaker.event.node_connected",
      entity_id: "n1",
      entity_type: "Node",
    };
    const off = { ...filter, enabled: false, enabled_for_integrations: ["rainhooks-local"] };
    await running.client.createFilter("admin", off);
    const table = {
      client: running.stage.clients.dynamodb,
      tableName: "rainhooks-local-filter-rules",
    };
    const sync = (...more: string[]) =>
      rainmaker(["filters", "sync", "--data", running.dataDir, ...more]);
    expect((await sync("--dry-run")).out).toContain(
      "+ node n1: rmaker.event.node_connected off for rainhooks-local",
    );
    expect(await readAllRules(table)).toEqual([]);
    expect((await sync()).out).toContain(`changed ${FILTERABLE + 1}, deleted 0`);
    expect(await readAllRules(table)).toContainEqual({
      level: "node",
      entityId: "n1",
      eventType: "rmaker.event.node_connected",
      enabled: false,
      integrations: ["rainhooks-local"],
    });
    await running.client.deleteFilter("admin", filter);
    expect((await sync()).out).toContain("- node n1: rmaker.event.node_connected off");
    expect((await sync()).out).toContain("changed 0, deleted 0");
  });

  test.each([
    [["login", "--url", "nowhere", "--user", "x"], 2, "is not the URL of an API"],
    [["login", "--url", "http://127.0.0.1:9"], 2, "Give the user name with --user"],
    [["login", "--url", "http://rainmaker.example.com", "--user", "x"], 2, "without encryption"],
  ])("rainhooks rainmaker rejects %j with a clear line", async (args, code, message) => {
    const finished = await rainmaker(args);
    expect(finished.code).toBe(code);
    expect(finished.err).toContain(message);
    expect(finished.err).not.toContain("    at ");
  });

  it("rainhooks rainmaker prints no secret, and neither do the logs", async () => {
    const login = JSON.parse(await readFile(join(running.dataDir, "login.json"), "utf8"));
    const logs = await Promise.all(
      SHIPPED_WEBHOOKS.map(({ name }) =>
        readFile(join(running.dataDir, "logs", `${name}.log`), "utf8"),
      ),
    );
    const said = [...everythingSaid, ...logs, ...running.problems].join("\n");
    for (const secret of [running.rainmaker.password, login.accessToken]) {
      expect(secret.length).toBeGreaterThan(10);
      expect(said).not.toContain(secret);
    }
  });

  it("rainhooks rainmaker deletes a login", async () => {
    await rainmaker(["logout"]);
    expect((await rainmaker(["register"])).err).toContain("You are not logged in");
  });
});
