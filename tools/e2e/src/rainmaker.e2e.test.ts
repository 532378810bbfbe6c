import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { type RainmakerStage, startRainmakerStage } from "@rainhooks/app-local/testing/rainmaker-stage";
import { CATALOG, type EventType, isDerived } from "@rainhooks/core/catalog";
import { decode } from "@rainhooks/core/decode/decode";
import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import type { RainmakerEvent } from "@rainhooks/core/event";
import { readArchive } from "@rainhooks/local/fleet/reconciliation/archive";
import { SUPER_ADMIN } from "@rainhooks/local/rainmaker/start";
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
  let user: { id: string; token: string };
  const nodeId = "thing3";

  beforeAll(async () => {
    running = await startRainmakerStage();
    user = await running.user("anna@example.com");
  });
  afterAll(() => running.stop());

  /**
   * Connects and disconnects a node. A later marker event shows that an earlier event will not arrive any
   * more.
   */
  async function connectOnce(): Promise<void> {
    const node = await running.connect(nodeId);
    await node.endAsync();
    await running.call(running.adminToken, "POST", "/admin/nodes", { node_ids: [`marker-${markers++}`] });
    const marker = `marker-${markers - 1}`;
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

  it("RainMaker maps a node to a user if both send the same secret", async () => {
    await running.call(user.token, "PUT", "/user/nodes/mapping", {
      node_id: nodeId,
      secret_key: "s3cret",
      operation: "add",
    });
    const node = await running.connect(nodeId);
    const mapping = { node_id: nodeId, user_id: user.id, secret_key: "s3cret" };
    await node.publishAsync(`node/${nodeId}/user/mapping`, JSON.stringify(mapping), { qos: 1 });
    await node.endAsync();
    await eventually(
      () =>
        running.call(user.token, "PUT", `/user/nodes?node_id=${nodeId}`, { tags: ["a:b"] }).then(
          () => true,
          () => false,
        ),
      (mapped) => mapped,
    );
  });

  it("steps 2 and 3: the user creates integration and System filter, connects, and sees the event in log and node table", async () => {
    await running.client.createIntegration({ serviceName: OURS, endpointName: "events", enabled: true });
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
      data: { userId: user.id, nodeId, connected: true },
    });
    const reader = { client: running.stage.clients.dynamodb, tableName: "rainhooks-local-node-status" };
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
    ["User", () => ({ event_type: CONNECTED, entity_id: user.id, entity_type: "USER" })],
    ["Node", () => ({ event_type: CONNECTED, entity_id: nodeId, entity_type: "NODE" })],
  ])("RainMaker honours a %s filter, set by the user", async (_, entity) => {
    const own = new RainmakerClient({
      baseUrl: running.rainmaker.baseUrl,
      session: { accessToken: user.token },
    });
    const before = await countConnects();
    await own.createFilter("user", { ...entity(), ...off });
    await connectOnce();
    expect(await countConnects()).toBe(before);
    await own.updateFilter("user", { ...entity(), ...on });
    await connectOnce();
    await eventually(countConnects, (count) => count === before + 1);
    await own.deleteFilter("user", entity());
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
    await running.client.updateIntegration({ serviceName: OURS, endpointName: "events", enabled: false });
    await connectOnce();
    expect(await countConnects()).toBe(before);
  });

  it("RainMaker responds to wrong requests in its documented format", async () => {
    const anonymous = new RainmakerClient({ baseUrl: running.rainmaker.baseUrl });
    await expect(anonymous.login(SUPER_ADMIN, "wrong")).rejects.toMatchObject({ rainmakerCode: 101009 });
    await expect(anonymous.login("nobody", "wrong")).rejects.toMatchObject({ rainmakerCode: 101009 });
    const { client } = running;
    const integration = { serviceName: OURS, endpointName: "events", enabled: false };
    await expect(client.createIntegration(integration)).rejects.toMatchObject({ rainmakerCode: 113012 });
    await expect(client.updateIntegration(integration)).rejects.toMatchObject({ rainmakerCode: 113016 });
    await expect(client.createFilter("admin", { ...SYSTEM, ...on })).rejects.toMatchObject({
      rainmakerCode: 113110,
    });
    await expect(client.listFilters("admin", {})).rejects.toMatchObject({ rainmakerCode: 100021 });
    const other = await running.user("eve@example.com");
    const eve = new RainmakerClient({
      baseUrl: running.rainmaker.baseUrl,
      session: { accessToken: other.token },
    });
    await expect(eve.listIntegrations()).rejects.toMatchObject({ status: 403 });
    const foreign = { event_type: CONNECTED, entity_id: nodeId, entity_type: "NODE", ...off };
    await expect(eve.createFilter("user", foreign)).rejects.toMatchObject({ rainmakerCode: 113107 });
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
    const password = (await readFile(running.rainmaker.passwordFile, "utf8")).trim();
    const state = await readFile(join(running.dataDir, "rainmaker", "rainmaker.json"), "utf8");
    for (const secret of [password, "password of anna@example.com", running.adminToken, user.token]) {
      expect(state).not.toContain(secret);
    }
  });
});

describe.each(["pascal", "snake"] as const)(
  "each of RainMaker's events, triggered as in its README, in %s case",
  (casing) => {
    let running: RainmakerStage;
    let archived: readonly Delivery[];
    let anna: { id: string; token: string };
    let ben: { id: string; token: string };
    const node = `node-${casing}`;

    beforeAll(async () => {
      running = await startRainmakerStage(casing);
      await running.client.createIntegration({ serviceName: OURS, endpointName: "events", enabled: true });
      for (const { type, filterLevels } of CATALOG) {
        if (filterLevels.length === 0) continue;
        await running.client.createFilter("admin", {
          event_type: type,
          entity_id: `system.${type}`,
          entity_type: "System",
          ...on,
        });
      }
      await triggerAll();
      archived = await eventually(
        async () => (await readArchive(running.stage.clients.s3, "rainhooks-local-archive")).deliveries,
        (deliveries) => new Set(deliveries.map(({ attributes }) => attributes["event_type"])).size >= 18,
      );
    });
    afterAll(() => running.stop());

    async function triggerAll(): Promise<void> {
      const { call, adminToken } = running;
      await call(adminToken, "POST", "/admin/nodes", { node_ids: [node] });
      await call(adminToken, "POST", "/admin/users", {
        user_name: "boss@example.com",
        password: "boss",
        admin: true,
      });
      anna = await running.user("anna@example.com");
      ben = await running.user("ben@example.com");
      const client = await running.connect(node);
      const say = (suffix: string, payload: object, rule?: string) =>
        client.publishAsync(
          `${rule === undefined ? "" : `$aws/rules/${rule}/`}node/${node}/${suffix}`,
          JSON.stringify(payload),
          { qos: 1 },
        );
      await say("user/mapping", { node_id: node, user_id: anna.id, secret_key: "key" });
      await call(anna.token, "PUT", "/user/nodes/mapping", {
        node_id: node,
        secret_key: "key",
        operation: "add",
      });
      await eventually(
        () =>
          call(anna.token, "PUT", `/user/nodes?node_id=${node}`, { tags: ["esp.location:pune"] }).then(
            () => true,
            () => false,
          ),
        (mapped) => mapped,
      );
      await call(anna.token, "PUT", `/user/nodes?node_id=${node}`, { tags: ["esp.location:pune"] });
      await call(anna.token, "POST", "/user/node_automation", {
        name: "Full",
        node_id: node,
        events: [{ params: { Lightbulb: { brightness: 100 } }, check: "==" }],
        actions: [{ node_id: node, params: { Lightbulb: { power: false } } }],
      });
      await say("params/local", { Lightbulb: { brightness: 0 } });
      await say("params/local", { Lightbulb: { brightness: 100 } });
      await say("alert", { "esp.alert.str": "hot" });
      await say("config", { node_id: node, info: { fw_version: "1.0" } });
      await say("otastatus", { ota_job_id: "job", status: "success" });
      await say(
        "tsdata",
        {
          ts_data_version: "2021-09-13",
          ts_data: [{ name: "T.t", dt: "float", records: [{ t: 1_715_600_000, v: 1.5 }] }],
        },
        "esp_ts_ingest",
      );
      await say("simple_tsdata", { name: "T.t", dt: "float", t: 1_715_600_060, v: 2.5, d: 30 });
      const share = await call(anna.token, "PUT", "/user/nodes/sharing/requests", {
        nodes: [node],
        user_name: "ben@example.com",
      });
      await call(ben.token, "PUT", "/user/nodes/sharing/requests", {
        accept: true,
        request_id: share["request_id"],
      });
      const { group_id: group } = await call(anna.token, "POST", "/user/node_group", {
        group_name: "Kitchen",
        nodes: [node],
      });
      const offer = await call(anna.token, "PUT", "/user/node_group/sharing", {
        groups: [group],
        user_name: "ben@example.com",
      });
      await call(ben.token, "PUT", "/user/node_group/sharing/requests", {
        accept: true,
        request_id: offer["request_id"],
      });
      await call(anna.token, "DELETE", `/user/node_group/sharing?groups=${group}&user_name=ben@example.com`);
      await call(ben.token, "PUT", "/user/nodes/mapping", { node_id: node, operation: "remove" });
      client.stream.destroy();
    }

    function eventsOf<Type extends EventType>(
      type: Type,
    ): { delivery: Delivery; event: RainmakerEvent<Type> }[] {
      return archived.flatMap((delivery) => {
        const decoded = decode(delivery);
        return decoded.kind === "event" && decoded.event.type === type
          ? [{ delivery, event: decoded.event as RainmakerEvent<Type> }]
          : [];
      });
    }

    it.each(CATALOG.filter((row) => !("inferred" in row) && !isDerived(row.type)))(
      "$type is archived from its topic, with its attributes",
      ({ type, topic }) => {
        const [first] = eventsOf(type);
        expect(first?.delivery).toMatchObject({ topic, attributes: { event_type: type } });
        expect(first?.delivery.body).toContain(casing === "pascal" ? '"EventType"' : '"event_type"');
      },
    );

    it("an unclean disconnect is published too, to each user", () => {
      const disconnects = eventsOf("rmaker.event.node_disconnected");
      expect(disconnects.map(({ event }) => event.data.nodeId)).toEqual([node]);
      expect(disconnects[0]?.delivery.attributes).toEqual({
        event_type: "rmaker.event.node_disconnected",
        user_id: anna.id,
        node_id: node,
      });
    });

    it("a sharing has two events, the offer and the response", () => {
      const accepted = eventsOf("rmaker.event.user_node_sharing_add").map(({ event }) => event.data.accepted);
      expect(accepted.toSorted()).toEqual([true, undefined]);
      const groups = eventsOf("rmaker.event.user_node_group_sharing_add").map(
        ({ event }) => event.data.accepted,
      );
      expect(groups.toSorted()).toEqual([true, undefined]);
    });

    it("each event of a shared group goes to who has to know it", () => {
      const usersOf = (type: Parameters<typeof eventsOf>[0]) =>
        eventsOf(type).map(({ event }) => event.data.userId);
      expect(usersOf("rmaker.event.user_node_group_sharing_add").toSorted()).toEqual(
        [anna.id, ben.id].toSorted(),
      );
      expect(usersOf("rmaker.event.user_node_group_added")).toEqual([ben.id]);
      const removed = eventsOf("rmaker.event.user_node_group_removed").map(({ event }) => event.data);
      expect(removed).toMatchObject([{ userId: ben.id, sharedFrom: "anna@example.com", selfRemoval: false }]);
    });

    it("both time-series topics have their readings", () => {
      const values = eventsOf("rmaker.event.node_ts_data").flatMap(({ event }) =>
        event.data.series.flatMap(({ records }) => records.map(({ value }) => value)),
      );
      expect(values.toSorted()).toEqual([1.5, 2.5]);
    });

    it("an automation triggers when its condition becomes true, and not before", () => {
      expect(
        eventsOf("rmaker.event.node_automation_trigger").map(({ event }) => event.data.automationName),
      ).toEqual(["Full"]);
      expect(eventsOf("rmaker.event.node_params_changed")).toHaveLength(2);
    });
  },
);
