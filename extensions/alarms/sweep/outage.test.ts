import { DeleteItemCommand } from "@aws-sdk/client-dynamodb";
import { beforeEach, describe, expect, it, jest } from "@jest/globals";
import { chunk } from "@rainhooks/core/collections";
import { subItemKey } from "@rainhooks/node-status/sub-item";
import { readGroupAlarms } from "../alarms/alarm-store.ts";
import { readRule } from "../rule/read-rule.ts";
import { eachStage, eventOf, type PlayedStage } from "../testing/played-stage.ts";
import { readFleet } from "./outages.ts";

/**
 * Number of nodes that go offline together; `RAINHOOKS_STORM_NODES=100000` takes some minutes, and
 * says how long sweeps take.
 */
const NODES = Number(process.env["RAINHOOKS_STORM_NODES"] ?? 60);
const AWAY = Math.ceil(NODES / 100);
const START_MS = Date.UTC(2026, 10, 24);
const MIN = 60_000;
const OUTAGE = { name: "site", kind: "outage", by: "tag", severity: "critical" };
const OFFLINE = { name: "offline-10m", kind: "offline", for: "10m" };

let stage: PlayedStage;
eachStage(START_MS, [OUTAGE, OFFLINE], (one) => {
  stage = one;
});

const at = (minute: number) => {
  stage.nowMs = START_MS + minute * MIN;
};
const names = (count: number, prefix = "n") =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`);

/** Nodes connect or disconnect, many of them within a minute, few at the same time. */
async function change(
  state: "connected" | "disconnected",
  nodes: readonly string[],
  minute: number,
) {
  const withinMs = nodes.length > 20 ? MIN : 1;
  const events = nodes.map((node_id, index) =>
    eventOf(`node_${state}`, START_MS + minute * MIN + ((index * 7919) % withinMs), { node_id }),
  );
  for (const some of chunk(events, 100)) await stage.write(some);
}

async function tag(nodes: readonly string[], text: string) {
  for (const some of chunk(nodes, 100)) {
    const data = { nodes: some, tags: [text], user_id: "u" };
    await stage.write([eventOf("existing_tags_attached", stage.nowMs, data)]);
  }
}

const messages = () =>
  stage.sent.flatMap(({ notice, kind, alarms }) =>
    alarms.map(({ node_id }) => `${notice} ${kind} ${node_id}`),
  );

async function playTimed(minutes: number): Promise<number> {
  let slowest = 0;
  for (let minute = 0; minute < minutes; minute += 1) {
    const startedMs = performance.now();
    await stage.play(1);
    slowest = Math.max(slowest, performance.now() - startedMs);
  }
  if (process.env["RAINHOOKS_STORM_NODES"] !== undefined)
    process.stderr.write(
      `slowest sweep until ${(stage.nowMs - START_MS) / MIN} min: ${Math.round(slowest)} ms\n`,
    );
  return slowest;
}

describe("an outage", () => {
  it("an outage is one alarm instead of those of its nodes; those that stay away get theirs after it", async () => {
    const site = names(NODES);
    await change("connected", [...site, ...names(20, "other")], 0);
    at(1);
    await tag(site, "site:pune");
    await stage.play(3);
    await change("disconnected", site, 5);
    at(5);
    await playTimed(2);
    expect(messages()).toEqual(["raised outage tag:site:pune"]);
    expect(stage.sent[0]?.alarms[0]?.members).toHaveLength(Math.min(100, NODES / 2));
    await change("disconnected", ["other1"], 7);
    await playTimed(14);
    expect(messages()).toEqual(["raised outage tag:site:pune", "raised offline other1"]);
    await change("connected", site.slice(AWAY), 21);
    stage.restart();
    await playTimed(4);
    expect(messages().slice(2)).toEqual(["cleared outage tag:site:pune"]);
    await playTimed(9);
    const late = site.slice(0, AWAY).map((node) => `raised offline ${node}`);
    expect(messages().slice(3).toSorted()).toEqual(late.toSorted());
    expect(await stage.alarmsOf(`n${AWAY}`)).toEqual([]);
    const [alarm] = await stage.alarmsOf("n0");
    expect(alarm?.raisedMs).toBeGreaterThan(START_MS + 31 * MIN);
  }, 3_600_000);
});

describe("an outage of a rule with a time", () => {
  it("an outage of a rule with a time is raised by the first sweep after that time, although nothing changes meanwhile", async () => {
    await stage.addRule({ ...OUTAGE, for: "30m" });
    const site = names(40);
    await change("connected", site, 2);
    at(3);
    await tag(site, "site:pune");
    await stage.play(2);
    await change("disconnected", site, 5);
    at(5);
    await stage.play(3);
    await stage.play(26, 2);
    const outages = () => messages().filter((text) => text.includes("outage"));
    expect(outages()).toEqual([]);
    await stage.play(3);
    expect(outages()).toEqual(["raised outage tag:site:pune"]);
  });
});

describe("an outage that changes afterwards", () => {
  const site = names(20);
  beforeEach(async () => {
    await change("connected", site, 0);
    at(1);
    await tag(site, "site:pune");
  });

  const outages = async () => {
    const rule = readRule(JSON.stringify(OUTAGE));
    const stored = await readGroupAlarms(stage.tables.alarms, { rule, version: 1 }, 0);
    return stored.map(({ retractedMs, endMs }) =>
      retractedMs === undefined ? (endMs ?? "lasts") : "retracted",
    );
  };

  it("an outage takes back the alarms of its nodes if it is found late", async () => {
    await change("disconnected", site.slice(0, 9), 5);
    at(16);
    await stage.sweep();
    await stage.play(6);
    expect(messages()).toHaveLength(9);
    await change("disconnected", site.slice(9), 5);
    await stage.play(7);
    expect(messages().filter((one) => one.startsWith("retracted offline"))).toHaveLength(9);
    expect(await outages()).toEqual(["lasts"]);
  });

  it("an outage gives its nodes their alarms if it did not happen", async () => {
    await change("disconnected", site, 5);
    at(6);
    await stage.play(14);
    expect(messages()).toEqual(["raised outage tag:site:pune"]);
    // It turns out that most of them came back at once, and five did not.
    await change("connected", site.slice(5), 5);
    await stage.play(7);
    expect(await outages()).toEqual(["retracted"]);
    await stage.play(15);
    const expected = [
      ...names(5).map((node) => `raised offline ${node}`),
      "retracted outage tag:site:pune",
    ];
    expect(messages().slice(1).toSorted()).toEqual(expected);
  });

  it("an outage makes sweeps read all nodes until it has been over for some time, and not whenever a node drops then", async () => {
    const reads = jest.spyOn(stage.tables.nodes.client, "send");
    const fleetReads = async (minute: number, dropping: string) => {
      await change("disconnected", [dropping], minute);
      at(minute);
      reads.mockClear();
      await stage.play(1);
      return reads.mock.calls.filter(
        ([{ input }]) => "TotalSegments" in input && input.TotalSegments === 16,
      ).length;
    };
    await change("disconnected", site.slice(0, 9), 4.5);
    await change("disconnected", site.slice(9), 5);
    at(5);
    await stage.play(1);
    await change("connected", site, 7);
    at(7);
    await stage.play(2);
    expect(await fleetReads(12, "n1")).toBe(16);
    at(17);
    await stage.play(2);
    expect(await fleetReads(20, "n2")).toBe(0);
    expect(await outages()).toEqual([START_MS + 7 * MIN]);
    reads.mockRestore();
  });

  it("an outage is not looked for in more nodes than fit in memory", async () => {
    expect((await readFleet(stage, 0))?.size).toBe(20);
    expect(await readFleet(stage, 0, 19)).toBeUndefined();
  });

  it("an outage closes silently when its rule is removed, and goes on under a new version", async () => {
    await change("disconnected", site, 5);
    at(6);
    await stage.play(2);
    await stage.addRule({ ...OUTAGE, share: 0.6 });
    await stage.play(12);
    expect(messages()).toEqual(["raised outage tag:site:pune"]);
  });
});

describe("alarms that outages hold back", () => {
  const site = names(20);
  beforeEach(async () => {
    await change("connected", site, 0);
    at(1);
    await tag(site, "site:pune");
  });
  const offline = () => messages().filter((text) => text.startsWith("raised offline"));

  it("alarms that outages hold back are raised after the last of several outages that follow one another", async () => {
    // Most come back at minute 30, and drop again before the alarm of the one that stays away is
    // due.
    await change("disconnected", site, 5);
    at(5);
    await stage.play(24, 4);
    await change("connected", site.slice(1), 30);
    at(30);
    await stage.play(4);
    await change("disconnected", site.slice(1), 35);
    at(35);
    await stage.play(24, 4);
    await change("connected", site.slice(1), 60);
    at(60);
    await stage.play(20, 4);
    expect(messages().filter((text) => text.startsWith("raised outage"))).toHaveLength(2);
    expect(offline()).toEqual(["raised offline n0"]);
  });

  it("alarms that outages hold back are raised after an outage also if the version of their rule has begun in it", async () => {
    await change("disconnected", ["n0"], 2);
    at(2);
    await stage.play(18, 3);
    expect(offline()).toEqual(["raised offline n0"]);
    await change("disconnected", site.slice(1), 21);
    at(21);
    await stage.play(4);
    await stage.addRule({ ...OFFLINE, for: "5m" });
    await stage.play(14, 2);
    await change("connected", site.slice(1), 40);
    at(40);
    await stage.play(12, 3);
    const alarms = await stage.alarmsOf("n0");
    expect(alarms.map(({ version, ended }) => [version, ended])).toEqual([
      [1, "rule-changed"],
      [2, undefined],
    ]);
  });

  it("alarms that outages hold back are raised after it of a node that leaves its group meanwhile, or comes into it", async () => {
    await change("connected", ["late"], 2);
    await change("disconnected", site, 5);
    at(5);
    await stage.play(27, 3);
    await change("disconnected", ["late"], 32);
    await stage.play(4);
    await tag(["late"], "site:pune");
    const { client, tableName } = stage.tables.nodes;
    const Key = subItemKey("n0", "tag", "site:pune");
    await client.send(new DeleteItemCommand({ TableName: tableName, Key }));
    await stage.play(10);
    await change("connected", site.slice(2), 46);
    await stage.play(13);
    expect(offline().toSorted()).toEqual([
      "raised offline late",
      "raised offline n0",
      "raised offline n1",
    ]);
  });

  it("alarms that outages hold back are all raised after it, although each sweep has time for two nodes", async () => {
    await change("disconnected", site, 5);
    at(5);
    await stage.play(15);
    await change("connected", site.slice(5), 21);
    for (let minute = 22; minute < 40; minute += 1) {
      at(minute);
      await stage.sweep({ hasTime: () => false, pieceSize: 2 });
    }
    expect(offline().toSorted()).toEqual(names(5).map((node) => `raised offline ${node}`));
  });

  it("alarms of silence that outages hold back are raised after the outage of a tag", async () => {
    await stage.addRule({ name: "quiet", kind: "silent", for: "1h" });
    // The silence of all begins at minute 60, and is due at minute 120: in an outage.
    at(100);
    await change("disconnected", site, 100);
    await stage.play(30, 5);
    await change("connected", site.slice(1), 131);
    at(131);
    await stage.play(130, 10);
    const quiet = (await stage.alarmsOf("n0")).filter(({ rule }) => rule === "quiet");
    expect(quiet.map(({ raisedMs, ended }) => [(raisedMs - START_MS) / MIN >= 191, ended])).toEqual(
      [[true, undefined]],
    );
  });
});
