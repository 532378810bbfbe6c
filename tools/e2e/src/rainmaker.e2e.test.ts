import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import {
  type RainmakerStage,
  startRainmakerStage,
} from "@rainhooks/app-local/testing/rainmaker-stage";
import { SUPER_ADMIN } from "@rainhooks/local/rainmaker/rest/server";
import { readNode } from "@rainhooks/node-status/read-node";
import { RainmakerClient } from "@rainhooks/rainmaker/client";
import { eventually } from "@rainhooks/testing/eventually";

const OURS = "rainhooks-local";
const CONNECTED = "rmaker.event.node_connected";
const SYSTEM = { event_type: CONNECTED, entity_id: `system.${CONNECTED}`, entity_type: "System" };
const on = { enabled: true, enabled_for_integrations: [OURS, "helloworldintegration"] };
const off = { ...on, enabled: false };

/** Returns what hello has logged of a node. */
async function logged(running: RainmakerStage, nodeId: string): Promise<string[]> {
  const log = await readFile(join(running.dataDir, "logs", "hello.log"), "utf8");
  return log
    .split("\n")
    .filter((line) => line.startsWith('{"deliveryId"') && line.includes(`"nodeId":"${nodeId}"`));
}

describe("RainMaker's own walk-through, Testing the Node Online event", () => {
  let running: RainmakerStage;
  const user = "anna";
  const nodeId = "thing3";

  beforeAll(async () => {
    running = await startRainmakerStage();
    running.rainmaker.rainmaker.node(nodeId).users.push(user);
  });
  afterAll(() => running.stop());

  /**
   * Connects and disconnects a node. A later marker event shows that an earlier event will not
   * arrive any more.
   */
  async function connectOnce(): Promise<void> {
    const node = await running.connect(nodeId);
    await node.endAsync();
    markers += 1;
    const marker = `marker-${markers}`;
    const registered = { node_id: marker };
    await running.rainmaker.rainmaker.emit("rmaker.event.node_registered", registered, {
      nodeId: marker,
    });
    await eventually(
      () => readFile(join(running.dataDir, "logs", "hello.log"), "utf8"),
      (log) => log.includes(marker),
    );
  }
  let markers = 0;

  it("the webhook receives nothing before the integration and the System filter exist", async () => {
    await connectOnce();
    expect(await logged(running, nodeId)).toEqual([]);
  });

  it("steps 2 and 3: the user creates integration and System filter, connects, and sees the event in log and node table", async () => {
    await running.client.createIntegration({
      serviceName: OURS,
      endpointName: "events",
      enabled: true,
    });
    await running.client.createFilter("admin", { ...SYSTEM, ...on });
    const startMs = Date.now();
    await connectOnce();
    const [line, ...more] = await eventually(
      () => logged(running, nodeId),
      (lines) => lines.some((one) => one.includes(CONNECTED)),
    );
    expect(more.filter((one) => one.includes(CONNECTED))).toEqual([]);
    expect(JSON.parse(line ?? "")).toMatchObject({
      type: CONNECTED,
      data: { userId: user, nodeId, connected: true },
    });
    const reader = {
      client: running.stage.clients.dynamodb,
      tableName: "rainhooks-local-node-status",
    };
    const row = await eventually(
      () => readNode(reader, nodeId),
      (node) => node?.state === "online",
    );
    // RainMaker's times may be whole seconds.
    expect(row?.sinceMs).toBeGreaterThan(startMs - 1000);
    expect(row?.sinceMs).toBeLessThanOrEqual(Date.now());
  });

  const countConnects = async () =>
    (await logged(running, nodeId)).filter((line) => line.includes(CONNECTED)).length;

  it("steps 4 to 6: the user disables the System filter, connects, and sees nothing", async () => {
    const before = await countConnects();
    await running.client.updateFilter("admin", { ...SYSTEM, ...off });
    await connectOnce();
    expect(await countConnects()).toBe(before);
    await running.client.updateFilter("admin", { ...SYSTEM, ...on });
    await connectOnce();
    await eventually(countConnects, (count) => count === before + 1);
  });

  it.each([
    ["User", () => ({ event_type: CONNECTED, entity_id: user, entity_type: "USER" })],
    ["Node", () => ({ event_type: CONNECTED, entity_id: nodeId, entity_type: "NODE" })],
  ])("RainMaker honours a %s filter", async (_, entity) => {
    const { client } = running;
    const before = await countConnects();
    await client.createFilter("admin", { ...entity(), ...off });
    await connectOnce();
    expect(await countConnects()).toBe(before);
    await client.updateFilter("admin", { ...entity(), ...on });
    await connectOnce();
    await eventually(countConnects, (count) => count === before + 1);
    await client.deleteFilter("admin", entity());
  });

  it("RainMaker publishes nothing for an integration that is not listed or does not exist", async () => {
    const before = await countConnects();
    await running.client.updateFilter("admin", {
      ...SYSTEM,
      enabled: true,
      enabled_for_integrations: ["helloworldintegration"],
    });
    await connectOnce();
    expect(await countConnects()).toBe(before);
    await running.client.updateFilter("admin", { ...SYSTEM, ...on });
    await running.client.updateIntegration({
      serviceName: OURS,
      endpointName: "events",
      enabled: false,
    });
    await connectOnce();
    expect(await countConnects()).toBe(before);
  });

  it("RainMaker responds to wrong requests in its documented format", async () => {
    const anonymous = new RainmakerClient({ baseUrl: running.rainmaker.baseUrl });
    await expect(anonymous.login(SUPER_ADMIN, "wrong")).rejects.toMatchObject({
      rainmakerCode: 101009,
    });
    await expect(anonymous.login("nobody", "wrong")).rejects.toMatchObject({
      rainmakerCode: 101009,
    });
    const { client } = running;
    const integration = { serviceName: OURS, endpointName: "events", enabled: false };
    await expect(client.createIntegration(integration)).rejects.toMatchObject({
      rainmakerCode: 113012,
    });
    await expect(client.updateIntegration(integration)).rejects.toMatchObject({
      rainmakerCode: 113016,
    });
    await expect(client.createFilter("admin", { ...SYSTEM, ...on })).rejects.toMatchObject({
      rainmakerCode: 113110,
    });
    await expect(client.listFilters("admin", {})).rejects.toMatchObject({ rainmakerCode: 100021 });
    const odd = { event_type: CONNECTED, entity_id: nodeId, entity_type: "GROUP", ...off };
    await expect(client.createFilter("admin", odd)).rejects.toMatchObject({
      rainmakerCode: 113107,
    });
    const expired = new RainmakerClient({
      baseUrl: running.rainmaker.baseUrl,
      session: { accessToken: "old" },
    });
    await expect(expired.listIntegrations()).rejects.toMatchObject({ status: 401 });
  });

  it("RainMaker lets a node publish on its own topics only", async () => {
    const node = await running.connect("intruder");
    const closed = new Promise<void>((resolve) => {
      node.once("close", () => resolve());
    });
    node.publish(`node/${nodeId}/alert`, "{}", { qos: 0 });
    await closed;
    await node.endAsync();
  });

  it("RainMaker keeps the super admin's password where only its owner can read it, and no secret in its state", async () => {
    const { mode } = await stat(running.rainmaker.passwordFile);
    expect(mode & 0o077).toBe(0);
    const { password } = running.rainmaker;
    const { accessToken } = await running.client.login(SUPER_ADMIN, password);
    const state = await readFile(join(running.dataDir, "rainmaker", "rainmaker.json"), "utf8");
    for (const secret of [password, accessToken]) {
      expect(state).not.toContain(secret);
    }
  });
});
