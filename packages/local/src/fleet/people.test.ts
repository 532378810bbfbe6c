import { expect, test } from "@jest/globals";
import { EVENT_TYPES } from "@rainhooks/core/catalog";
import { chanceOf } from "../aws/chance.ts";
import { classicCloud } from "../rainmaker/node-topics.ts";
import { LocalRainmaker, type RainmakerMessage } from "../rainmaker/rainmaker.ts";
import { newNode, type RainmakerState } from "../rainmaker/state.ts";
import { makeFleet } from "./fleet.ts";
import { ACTS, peopleOf } from "./people.ts";
import { registerIntegrations, registerNodes } from "./register-fleet.ts";

const INTEGRATION = "rainhooks-local";

/** A RainMaker that publishes every event, and what it has published. */
function startWithFilters() {
  const messages: RainmakerMessage[] = [];
  const state: RainmakerState = {
    nodes: new Map(),
    integrations: [{ serviceName: INTEGRATION, endpointName: "events", enabled: true }],
    filters: EVENT_TYPES.map((eventType) => ({
      eventType,
      level: "system",
      entityId: `system.${eventType}`,
      enabled: true,
      integrations: [INTEGRATION],
    })),
    knownTags: [],
  };
  let ids = 0;
  const rainmaker = new LocalRainmaker({
    state,
    casing: "snake",
    nowMs: () => 1000,
    save: async () => undefined,
    publish: async (message) => void messages.push(message),
    newId: () => {
      ids += 1;
      return `id-${ids}`;
    },
  });
  return { rainmaker, messages };
}

const dataOf = (messages: readonly RainmakerMessage[], type: string) =>
  messages.flatMap(({ frame }) => (frame.type === `rmaker.event.${type}` ? [frame] : []));

test("people share a node and a group: who offers and who accepts is told, each what they have to know", async () => {
  const { rainmaker, messages } = startWithFilters();
  const nodes = makeFleet(chanceOf(1), 3);
  registerNodes({ rainmaker }, nodes, true);
  const people = peopleOf(rainmaker, nodes);
  for (const act of ACTS) await people(act);
  const owner = nodes[0]?.users[0];
  const friend = dataOf(messages, "user_node_group_added")[0]?.userId;
  expect(friend).toMatch(/^id-/);
  for (const type of ["user_node_sharing_add", "user_node_group_sharing_add"])
    expect(dataOf(messages, type).map(({ userId, data }) => [userId, data["accept"]])).toEqual([
      [friend, undefined],
      [owner, true],
    ]);
  expect(dataOf(messages, "user_node_added")).toMatchObject([
    { userId: friend, data: { user_role: "secondary", nodes: [nodes[0]?.id] } },
  ]);
  expect(dataOf(messages, "user_node_group_removed")).toMatchObject([{ userId: friend }]);
  expect(dataOf(messages, "user_node_removed")).toMatchObject([{ userId: friend }]);
  expect(dataOf(messages, "new_tags_added")).toHaveLength(1);
  expect(dataOf(messages, "existing_tags_attached")).toHaveLength(1);
  expect(rainmaker.node(nodes[0]?.id ?? "").users).toEqual(nodes[0]?.users);
});

test("an automation runs when its parameter is set to its value, and not before", async () => {
  const { rainmaker, messages } = startWithFilters();
  const automation = { name: "Full", params: { Light: { level: 100 } }, actions: [] };
  rainmaker.state.nodes.set("n", { ...newNode(), automation });
  const { take } = classicCloud(rainmaker, undefined);
  const say = (payload: object) =>
    take({
      clientId: "n",
      topic: "node/n/params/local",
      payload: { ...payload },
      publish: () => undefined,
    });
  await say({ Light: { level: 0 } });
  await say({ Heat: { level: 100 } });
  expect(dataOf(messages, "node_automation_trigger")).toEqual([]);
  await say({ Light: { level: 100, power: true } });
  expect(dataOf(messages, "node_automation_trigger")).toMatchObject([
    { data: { automation_name: "Full" } },
  ]);
});

test("readings come by a rule of AWS IoT, too, and only from the node itself", async () => {
  const { rainmaker, messages } = startWithFilters();
  const { take, mayUse } = classicCloud(rainmaker, undefined);
  const topic = "$aws/rules/esp_ts_ingest/node/n/tsdata";
  expect([mayUse("n", topic), mayUse("m", topic)]).toEqual([true, false]);
  await take({ clientId: "n", topic, payload: { ts_data: [] }, publish: () => undefined });
  expect(messages.map(({ type }) => type)).toEqual(["rmaker.event.node_ts_data"]);
});

test("a fleet enables its own integration, and leaves those of others in the filters", async () => {
  const { rainmaker } = startWithFilters();
  rainmaker.state.integrations.push({
    serviceName: "fleet",
    endpointName: "events",
    enabled: false,
  });
  const rules = await registerIntegrations({ rainmaker }, "fleet", []);
  expect(rainmaker.state.integrations.map(({ enabled }) => enabled)).toEqual([true, true, true]);
  expect(rules.find(({ eventType }) => eventType === "rmaker.event.alert")?.integrations).toEqual([
    INTEGRATION,
    "mobile_push_notification",
    "fleet",
  ]);
});
