import { describe, expect, it } from "@jest/globals";
import { EVENT_TYPES } from "@rainhooks/core/catalog";
import { NODE_STATES } from "@rainhooks/node-status/connection";
import { listAlertsQuestion } from "@rainhooks/stage/query/questions/alerts";
import { firmwareQuestion, fleetQuestion } from "@rainhooks/stage/query/questions/fleet";
import { listNodesQuestion } from "@rainhooks/stage/query/questions/list-nodes";
import {
  countNodesQuestion,
  nodeQuestion,
  timelineQuestion,
} from "@rainhooks/stage/query/questions/nodes";
import { listSeriesQuestion, seriesValuesQuestion } from "@rainhooks/stage/query/questions/series";
import {
  expectAccepted,
  type FullResult,
  testSchemas,
} from "@rainhooks/stage/testing/result-schemas";
import { VALUE_KINDS } from "@rainhooks/time-series/kind";
import { AGGREGATES } from "@rainhooks/time-series/query";
import * as v from "valibot";

const SOURCE = { atMs: 1, sentAtMs: 1.5, deliveryId: "d1" };
const RANGE = { fromMs: 1, toMs: 2 };

const NODE = {
  nodeId: "n1",
  state: "offline",
  sinceMs: 1,
  connectedAtMs: 0,
  disconnectedAtMs: 1,
  lastSeenMs: 1.5,
  disconnectReason: { reason: "MQTT_KEEP_ALIVE_TIMEOUT", sessionId: "s1", ...SOURCE },
  lastEvent: { type: "rmaker.event.alert", ...SOURCE },
  config: { name: "Kitchen", firmware: "1.2.0", type: "light", model: "L1", ...SOURCE },
  lastAlert: { text: "Leak", ...SOURCE },
  users: [{ userId: "u1", role: "primary", sinceMs: 1 }],
  tags: ["floor:1"],
};

const ALERT = { atMs: 1, text: "Leak", deliveryId: "d1" };
const SAMPLE = { atMs: 1, online: 1, offline: 2, unknown: 3, all: 6, countedAtMs: 1 };

/** A result of each kind, with everything that one can have. */
const FULL: readonly FullResult[] = [
  ["one node", nodeQuestion.result, NODE],
  ["nodes", listNodesQuestion.result, { nodes: [NODE], read: 1 }],
  ["counts of nodes", countNodesQuestion.result, { offline: 1, online: 2, unknown: 0 }],
  [
    "a timeline",
    timelineQuestion.result,
    {
      nodeId: "n1",
      ...RANGE,
      before: "unknown",
      leftOut: 1,
      uptime: { onlineMs: 0.5, offlineMs: 1, unknownMs: 2, share: 0.3, drops: 1 },
      transitions: [
        { atMs: 1, state: "online" },
        { atMs: 2, state: "offline" },
      ],
    },
  ],
  ["alerts of a node", listAlertsQuestion.result, { nodeId: "n1", ...RANGE, alerts: [ALERT] }],
  ["the fleet", fleetQuestion.result, { ...RANGE, everyMs: 60_000, samples: [SAMPLE] }],
  [
    "firmwares",
    firmwareQuestion.result,
    { countedAtMs: 1, all: 3, firmwares: [{ firmware: "1.2.0", nodes: 1 }], others: 1, unknown: 1 },
  ],
  [
    "series",
    listSeriesQuestion.result,
    {
      nodeId: "n1",
      series: [
        { name: "Power", kinds: ["number"], dataType: "float", last: { atMs: 1, value: 1.5 } },
      ],
    },
  ],
  [
    "values",
    seriesValuesQuestion.result,
    {
      nodeId: "n1",
      series: "Power",
      kind: "number",
      aggregate: "avg",
      ...RANGE,
      values: [{ atMs: 1, endMs: 2, value: 1.5, count: 3, min: 1, max: 2 }],
    },
  ],
];

describe("the schema of a result", () => {
  testSchemas(FULL);

  it("the schema knows every word that the parts of a stage use", () => {
    expectAccepted(
      nodeQuestion.result,
      NODE_STATES.map((state) => ({ ...NODE, state })),
    );
    expectAccepted(
      nodeQuestion.result,
      EVENT_TYPES.map((type) => ({ ...NODE, lastEvent: { type, ...SOURCE } })),
    );
    const values = { nodeId: "n1", series: "Power", aggregate: "raw", ...RANGE, values: [] };
    expectAccepted(
      seriesValuesQuestion.result,
      VALUE_KINDS.map((kind) => ({ ...values, kind })),
    );
    expectAccepted(
      seriesValuesQuestion.result,
      AGGREGATES.map((aggregate) => ({ ...values, aggregate })),
    );
    const series = { name: "Power", kinds: [] };
    expectAccepted(
      listSeriesQuestion.result,
      ["int", "float", "bool", "string", "array", "object"].map((dataType) => ({
        nodeId: "n1",
        series: [{ ...series, dataType }],
      })),
    );
  });

  it("the schema accepts no count that is negative or broken, and no share of time above one", () => {
    for (const offline of [-1, 0.5])
      expect(v.is(countNodesQuestion.result, { offline, online: 0, unknown: 0 })).toBe(false);
    const uptime = { onlineMs: 1, offlineMs: 0, unknownMs: 0, share: 1.1, drops: 0 };
    const timeline = {
      nodeId: "n1",
      ...RANGE,
      before: "online",
      uptime,
      transitions: [],
      leftOut: 0,
    };
    expect(v.is(timelineQuestion.result, timeline)).toBe(false);
    expect(v.is(timelineQuestion.result, { ...timeline, uptime: { ...uptime, share: 1 } })).toBe(
      true,
    );
  });
});
