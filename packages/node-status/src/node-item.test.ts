import { marshall } from "@aws-sdk/util-dynamodb";
import { describe, expect, it, test } from "@jest/globals";
import { TRIAL_NODE } from "@rainhooks/core/trial";
import { itemBytes } from "@rainhooks/dynamodb/limits";
import { NO_CLOCK } from "./connection.ts";
import { NO_FACTS, type NodeFacts } from "./facts.ts";
import { decodeNode, encodeNode, idShards, shardsOf } from "./node-item.ts";
import { byIdIndex, byStatusIndex } from "./node-status-tables.ts";
import { timeText } from "./time-text.ts";

const START_MS = 1_699_999_200_000;
const source = { atMs: 1_700_000_000_500, sentAtMs: 1_700_000_000_600, deliveryId: "d" };
const FACTS: NodeFacts = {
  connected: {
    latest: source,
    beforeMs: 1_600_000_000_000,
    clamped: { ...source, deliveryId: "e" },
  },
  disconnected: { ...NO_CLOCK, beforeMs: 1 },
  disconnectReason: { ...source, reason: "CONNECTION_LOST", sessionId: "s" },
  lastOther: { ...source, type: "rmaker.event.alert" },
  config: { ...source, name: "Kitchen", firmware: "1.2.0", type: "Light", model: "esp32c3" },
  lastAlert: { ...source, text: "hot" },
  seenMs: 1_700_000_000_000,
  firmwareReports: [
    { firmware: "1.1.0", atMs: 1_699_000_000_000 },
    { firmware: "1.2.0", atMs: 1_700_000_000_000 },
    { firmware: "1.1.0", atMs: 1_700_000_001_000 },
  ],
  recent: {
    transitions: [{ atMs: 1_700_000_000_500, state: "online" }],
    fromMs: 1_600_000_000_000,
  },
};

describe("an item of the node-status table", () => {
  test.each([
    ["everything", FACTS],
    ["nothing", NO_FACTS],
  ])("an item holds %s that is known of a node", (_, facts) => {
    expect(decodeNode(encodeNode(facts, "n"))).toEqual(facts);
  });

  it("an item is in no index if its node is the node of the doctor's trial", () => {
    const shown = (nodeId: string) => Object.keys(encodeNode(FACTS, nodeId));
    expect(shown("n")).toEqual(expect.arrayContaining([byIdIndex.partitionKey.name]));
    expect(shown(TRIAL_NODE)).not.toEqual(expect.arrayContaining([byIdIndex.partitionKey.name]));
    expect(decodeNode(encodeNode(FACTS, TRIAL_NODE))).toEqual(FACTS);
    const offline = { ...FACTS, connected: NO_CLOCK };
    expect(encodeNode(offline, TRIAL_NODE)).not.toHaveProperty(byStatusIndex.partitionKey.name);
  });

  it("an item fits in a kilobyte, which is one write unit, for a node with a report each day, an alert, and many changes", () => {
    const days = Array.from({ length: 8 }, (_, day) => START_MS - day * 86_400_000);
    const facts: NodeFacts = {
      ...FACTS,
      disconnectReason: undefined,
      lastAlert: { ...source, text: "Temperature too high: 42" },
      firmwareReports: days.map((atMs) => ({ firmware: "1.2.0", atMs })).toReversed(),
      recent: {
        fromMs: START_MS,
        transitions: Array.from({ length: 32 }, (_, index) => ({
          atMs: START_MS + index * 4_000_000,
          state: index % 2 === 0 ? "online" : "offline",
        })),
      },
    };
    expect(itemBytes(encodeNode(facts, "0123456789abcdef"))).toBeLessThan(1024);
  });

  it("an item has no field for what is not known", () => {
    const { partitionKey, sortKey } = byStatusIndex;
    expect(Object.keys(encodeNode(NO_FACTS, "n")).toSorted()).toEqual(
      ["item", "nodeId", "nodeShard", partitionKey.name, sortKey.name].toSorted(),
    );
  });

  it("an item is in the index under its state, in a shard that follows from its id, by the time of the last change", () => {
    const item = encodeNode({ ...NO_FACTS, disconnected: { ...NO_CLOCK, latest: source } }, "n");
    expect(shardsOf("offline")).toContain(item["statusShard"]?.S);
    expect(item["sinceKey"]).toEqual({ S: "0001700000000500#n" });
    const places = new Set(
      Array.from(
        { length: 200 },
        (_, index) => encodeNode(NO_FACTS, `n${index}`)["statusShard"]?.S,
      ),
    );
    expect([...places].toSorted()).toEqual(shardsOf("unknown").toSorted());
    expect(encodeNode(NO_FACTS, "n")["sinceKey"]).toEqual({ S: "0000000000000000#n" });
  });

  it("an item is not in the index by state while the node is online", () => {
    const item = encodeNode({ ...NO_FACTS, connected: { ...NO_CLOCK, latest: source } }, "n");
    expect(item).not.toHaveProperty("statusShard");
    expect(item).not.toHaveProperty("sinceKey");
  });

  it("an item is in the index by id, with its firmware", () => {
    const item = encodeNode(FACTS, "n");
    expect(idShards()).toContain(item["nodeShard"]?.S);
    expect(item["firmware"]).toEqual({ S: "1.2.0" });
  });

  test.each<[string, object]>([
    ["no objects", { connected: "x", config: 7, lastAlert: "hot", lastOther: [], recent: "u" }],
    ["nothing", { connected: null, config: null, lastAlert: null, lastOther: null, recent: null }],
    [
      "objects without the times that tell how new they are",
      {
        connected: { latest: { sentAtMs: 1 }, beforeMs: "1", clamped: { atMs: 1 } },
        config: { name: "Kitchen", atMs: 1 },
        lastAlert: { text: "hot", sentAtMs: 1 },
        lastOther: { type: "rmaker.event.alert", atMs: 1 },
      },
    ],
    [
      "an event of a type that is none",
      {
        lastOther: { atMs: 1, sentAtMs: 1, deliveryId: "d", type: "rmaker.event.of_another_time" },
      },
    ],
    ["an event without a type", { lastOther: { atMs: 1, sentAtMs: 1, deliveryId: "d" } }],
  ])("an item that another writer has written is read as far as possible: %s", (_, fields) => {
    expect(decodeNode(marshall({ nodeId: "n", ...fields }))).toEqual(NO_FACTS);
  });
});

describe("timeText", () => {
  it("timeText sorts as the times do; all times before 1970 are equal", () => {
    expect(timeText(1.9)).toBe("0000000000000001");
    expect(timeText(-5)).toBe("0000000000000000");
    expect(timeText(253_402_300_799_999)).toBe("0253402300799999");
  });
});
