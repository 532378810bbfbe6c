import { describe, expect, it, test } from "@jest/globals";
import { DAY_MS, HOUR_MS } from "@rainhooks/core/durations";
import { nodeStatusTable, nodeTimelineTable } from "@rainhooks/node-status/node-status-tables";
import { project } from "@rainhooks/node-status/project";
import type { StageAccess } from "@rainhooks/stage/stage-access";
import fc from "fast-check";
import type { DropGrouping } from "../kinds/connection.ts";
import { type NodeRecord, recordOf } from "../stores/node-record.ts";
import { eachStage, eventOf, type PlayedStage } from "../testing/played-stage.ts";
import { addNode, countDrops, groupsOf } from "./count-drops.ts";

const RANGE = { fromMs: DAY_MS, toMs: 2 * DAY_MS };

interface Story {
  readonly type?: string;
  readonly tags?: readonly string[];
  /** Hours from the start of the range: when it went offline, and when it came back. */
  readonly changes?: readonly (readonly ["offline" | "online", number])[];
  readonly firmwares?: readonly (readonly [string, number])[];
}

function nodeOf({ type, tags = [], changes = [], firmwares = [] }: Story): NodeRecord {
  const at = (hours: number) => RANGE.fromMs + hours * HOUR_MS;
  return {
    ...recordOf(project([], 0), "n"),
    config: type === undefined ? undefined : { type, atMs: 0, sentAtMs: 0, deliveryId: "d" },
    tags,
    transitions: changes.map(([state, hours]) => ({ state, atMs: at(hours) })),
    firmwareReports: firmwares.map(([firmware, hours]) => ({ firmware, atMs: at(hours) })),
  };
}

function counted(by: DropGrouping, ...stories: readonly Story[]) {
  const sums: Parameters<typeof addNode>[0] = new Map();
  for (const story of stories) addNode(sums, nodeOf(story), by, RANGE);
  return groupsOf(sums);
}

test("drops and the time of a node belong to the firmware that it had then", () => {
  const node: Story = {
    changes: [
      ["online", -5],
      ["offline", 3],
      ["online", 4],
      ["offline", 13],
      ["online", 14],
      ["offline", 15],
    ],
    firmwares: [
      ["1.0", -10],
      ["1.1", 12],
    ],
  };
  expect(counted("firmware", node)).toEqual([
    { group: "1.1", nodes: 1, offline: 1, drops: 2, perNodeDay: 4 },
    { group: "1.0", nodes: 0, offline: 0, drops: 1, perNodeDay: 2 },
  ]);
});

test("a node counts for each of its tags, and what is not known is a group of its own", () => {
  const drop = [
    ["online", 0],
    ["offline", 12],
  ] as const;
  expect(
    counted("tag", { tags: ["a", "b"], changes: drop }, { changes: [["online", 12]] }),
  ).toEqual([
    { group: "a", nodes: 1, offline: 1, drops: 1, perNodeDay: 1 },
    { group: "b", nodes: 1, offline: 1, drops: 1, perNodeDay: 1 },
    { nodes: 1, offline: 0, drops: 0, perNodeDay: 0 },
  ]);
});

test("what happened outside the range does not count", () => {
  const changes = [
    ["online", -3],
    ["offline", -2],
    ["online", -1],
    ["offline", 24],
  ] as const;
  expect(counted("type", { type: "lamp", changes })).toEqual([
    { group: "lamp", nodes: 1, offline: 0, drops: 0, perNodeDay: 0 },
  ]);
});

test("a range in the past has the firmware and the state of its end", () => {
  const changes = [
    ["online", -1],
    ["offline", 30],
  ] as const;
  const firmwares = [
    ["1.0", -1],
    ["1.1", 25],
  ] as const;
  expect(counted("firmware", { changes, firmwares })).toEqual([
    { group: "1.0", nodes: 1, offline: 0, drops: 0, perNodeDay: 0 },
  ]);
});

test("the groups of a fleet have all its nodes, drops and time", () => {
  const hours = fc.uniqueArray(fc.integer({ min: -30, max: 30 }), { maxLength: 8 });
  const stories = fc.array(
    fc.record({ at: hours, firmwareAt: hours, type: fc.constantFrom("lamp", "plug") }),
    { maxLength: 8 },
  );
  fc.assert(
    fc.property(stories, (all) => {
      const nodes = all.map(({ at, firmwareAt, type }): Story => {
        const sorted = (times: readonly number[]) => times.toSorted((a, b) => a - b);
        return {
          type,
          changes: sorted(at).map(
            (hour, index) => [index % 2 === 0 ? "online" : "offline", hour] as const,
          ),
          firmwares: sorted(firmwareAt).map((hour, index) => [`1.${index % 3}`, hour] as const),
        };
      });
      const sumOf = (by: DropGrouping) => {
        const groups = counted(by, ...nodes);
        const sum = (of: "nodes" | "drops" | "offline") =>
          groups.reduce((total, one) => total + one[of], 0);
        return [sum("nodes"), sum("drops"), sum("offline")];
      };
      expect(sumOf("firmware")).toEqual(sumOf("type"));
      expect(sumOf("type")[0]).toBe(nodes.length);
    }),
  );
});

describe("the drops of a stage", () => {
  let stage: PlayedStage;
  eachStage(RANGE.fromMs, [], (one) => {
    stage = one;
  });

  it("are those of a thousand groups, with the number of all", async () => {
    const tags = Array.from({ length: 1001 }, (_, index) => `serial:${index}`);
    await stage.write([
      eventOf("node_connected", RANGE.fromMs, { node_id: "n" }),
      eventOf("existing_tags_attached", RANGE.fromMs, { nodes: ["n"], tags, user_id: "u" }),
    ]);
    const names = [nodeStatusTable, nodeTimelineTable].map((one) => [one.name, stage.nameOf(one)]);
    const outputs = { stage: "dev", tables: Object.fromEntries(names) };
    const access = {
      outputs,
      clients: { dynamodb: stage.tables.nodes.client },
    } as unknown as StageAccess;
    const { groups, groupCount } = await countDrops(access, "tag", RANGE, {});
    expect({ listed: groups.length, groupCount }).toEqual({ listed: 1000, groupCount: 1001 });
    expect(await countDrops(access, "type", RANGE, {})).not.toHaveProperty("groupCount");
  });
});
