import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { beforeEach, describe, expect, it, test } from "@jest/globals";
import { MINUTE_MS, SECOND_MS } from "@rainhooks/core/durations";
import {
  OUTAGES_LEFT_OUT,
  SWEEP_BEHIND,
} from "@rainhooks/extensions/alarms/functions/watch/scheduled";
import { holdSweep } from "@rainhooks/extensions/alarms/sweep/sweep-state";
import { alarmsTable } from "@rainhooks/extensions/alarms/watch-tables";
import {
  eachFleet,
  expectNoFalseAlarm,
  FROM_MIN,
  NODES,
  nodes,
  notices,
  play,
  publish,
  START_MS,
  sweep,
  sweepOf,
  TRUE,
  tables,
  toggle,
  world,
} from "./played-failure.ts";
import { addRules } from "./played-sweep.ts";

eachFleet();

test.each<[string, () => (isOn: boolean) => void]>([
  ["node status, whose code fails as a whole", () => toggle(world.broken, "node-status")],
  ["time series, whose table takes no writes", () => toggle(world.refused, "time-series")],
])(
  "no false alarm while a store fails for 75 minutes, and it is said within ten minutes: %s",
  (_, fault) => expectNoFalseAlarm(fault()),
);

it("no false alarm if the code of node status fails for four minutes: what it had received comes back by itself", async () => {
  const seen = await play(toggle(world.broken, "node-status"), FROM_MIN + 4);
  expect(notices()).toEqual(TRUE);
  expect(Math.max(...seen.map(({ behindS }) => behindS))).toBeGreaterThan(300);
  expect(seen.filter(({ behindS }) => behindS > 100).at(-1)?.minute).toBeLessThan(FROM_MIN + 12);
});

describe("two sweeps at once", () => {
  const alarms = () => ({ client: tables.client, tableName: alarmsTable.name });
  beforeEach(async () => {
    for (const node of nodes) publish("node_disconnected", `n${node}`);
    await world.runUntil(START_MS + 20 * MINUTE_MS);
  });

  it("two sweeps at once are one: the other ends quietly, and says how far the evaluation is behind", async () => {
    const results = await Promise.all([sweep(), sweepOf()()]);
    expect(results).toContainEqual({ skipped: "another sweep runs" });
    expect(results).toContainEqual(expect.objectContaining({ changed: NODES, sent: 1 }));
    expect(notices()).toEqual(nodes.map((node) => `raised gone n${node}`).toSorted());
    expect(world.metricLines.filter((one) => one.includes(`"${SWEEP_BEHIND}":`))).toHaveLength(2);
  });

  it("a sweep after one that was killed begins when the lease of that one has expired", async () => {
    await holdSweep(alarms(), "killed", world.nowMs, world.nowMs + 300 * SECOND_MS);
    expect(await sweep()).toEqual({ skipped: "another sweep runs" });
    world.nowMs += 300 * SECOND_MS;
    expect(await sweep()).toMatchObject({ changed: NODES });
    expect(await sweep()).toMatchObject({ changed: 0 });
  });
});

it("a metric says in each minute that rules about outages are left out, once a sweep has found too many nodes", async () => {
  const rule = { name: "site", kind: "outage", by: "tag", severity: "critical" };
  await addRules(tables.client, [rule], START_MS);
  const lines = () => world.metricLines.filter((one) => one.includes(`"${OUTAGES_LEFT_OUT}":1`));
  world.nowMs += MINUTE_MS;
  await sweep();
  expect(lines()).toHaveLength(0);
  const state = JSON.stringify({ evaluatedMs: world.nowMs, isTooLarge: true });
  const Item = { subject: { S: "sweep" }, item: { S: "outages" }, state: { S: state } };
  await tables.client.send(new PutItemCommand({ TableName: alarmsTable.name, Item }));
  for (const _ of [1, 2]) {
    world.nowMs += MINUTE_MS;
    await sweep();
  }
  expect(lines()).toHaveLength(2);
});
