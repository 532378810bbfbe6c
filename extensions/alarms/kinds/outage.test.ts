import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { type Member, outagesIn } from "../outage/evaluate-outages.ts";
import { readRule } from "../rule/read-rule.ts";
import type { OutageRule } from "../rule/rule.ts";

const DAY = 86_400_000;
const MINUTE = 60_000;

function ruleOf(fields: object): OutageRule {
  const rule = readRule(
    JSON.stringify({ name: "o", kind: "outage", by: "fleet", count: 2, ...fields }),
  );
  if (rule.kind !== "outage") throw new Error("another kind");
  return rule;
}

/** A node: `7` connects it at 7, `-7` disconnects it. */
function member(nodeId: string, ...times: readonly number[]): Member {
  return {
    nodeId,
    transitions: times.map((at) => ({ atMs: Math.abs(at), state: at < 0 ? "offline" : "online" })),
  };
}

const shown = (rule: OutageRule, members: readonly Member[], fromMs = 0) =>
  outagesIn(rule, members, fromMs, 0).spans.map(({ startMs, raisedMs, endMs, members: away }) => [
    startMs,
    raisedMs,
    endMs,
    away.join(""),
  ]);

test("an outage lasts while the share of the nodes that are known is offline", () => {
  const nodes = [
    member("a", 1, -10),
    member("b", 2, -20, 40),
    member("c", 3),
    member("d", 50, -60),
  ];
  // Three nodes are known until 50, and two of them are offline from 20 to 40; from 60 on two of
  // four.
  expect(shown(ruleOf({ share: 0.5 }), nodes)).toEqual([
    [20, 20, 40, "ab"],
    [60, 60, 10 + 7 * DAY, "ad"],
  ]);
  expect(shown(ruleOf({ share: 0.7 }), nodes)).toEqual([]);
  expect(shown(ruleOf({ share: 0.5, count: 3 }), nodes)).toEqual([]);
  expect(shown(ruleOf({ share: 0.5 }), nodes, 30)).toEqual([[60, 60, 10 + 7 * DAY, "ad"]]);
});

test("it names a hundred nodes at most, and counts all", () => {
  const nodes = Array.from({ length: 240 }, (_, index) => member(`n${index}`, 1, -10 - index));
  const [outage] = outagesIn(ruleOf({ share: 0.5 }), nodes, 0, 0).spans;
  expect([outage?.memberCount, outage?.members.length]).toEqual([120, 100]);
});

test("it must last for the rule's time", () => {
  const nodes = [member("a", 1, -10), member("b", 2, -20, 20 + MINUTE), member("c", 3)];
  expect(shown(ruleOf({ for: "1m" }), nodes)).toEqual([[20, 20 + MINUTE, 20 + MINUTE, "a"]]);
  expect(shown(ruleOf({ for: "2m" }), nodes)).toEqual([]);
});

test("nodes that have been offline for more than seven days are not counted", () => {
  const dead = Array.from({ length: 6 }, (_, index) => member(`dead${index}`, -1));
  const alive = [
    member("a", 1, -9 * DAY),
    member("b", 1, -9 * DAY - 1),
    member("c", 1),
    member("d", 1, -8 * DAY),
  ];
  expect(shown(ruleOf({ share: 0.75 }), [...dead, ...alive], 8 * DAY)).toEqual([
    [9 * DAY + 1, 9 * DAY + 1, 15 * DAY, "abd"],
  ]);
});

test("a share of 0.3 of ten nodes are three", () => {
  const nodes = Array.from({ length: 10 }, (_, index) =>
    index < 3 ? member(`n${index}`, 1, -10) : member(`n${index}`, 1),
  );
  expect(shown(ruleOf({ share: 0.3 }), nodes)).toHaveLength(1);
  expect(outagesIn(ruleOf({ share: 0.5 }), nodes, 0, 20).missing).toBe(2);
});

test("the same times as a count at each moment, and as many nodes missing", () => {
  const times = fc.uniqueArray(fc.integer({ min: 1, max: 90 }), { maxLength: 8 });
  const property = fc.property(fc.array(times, { minLength: 2, maxLength: 8 }), (all) => {
    const nodes = all.map((own, index) => {
      const inOrder = own.toSorted((a, b) => a - b).map((at) => at * MINUTE);
      const changes = inOrder.map((at, place) => (place % 2 === index % 2 ? -at : at));
      return member(`n${index}`, ...changes, ...((changes.at(-1) ?? 0) < 0 ? [100 * MINUTE] : []));
    });
    const rule = ruleOf({ share: 0.6 });
    const missingAt = Array.from({ length: 130 }, (_, minute) => {
      const states = nodes.flatMap(
        (node) => node.transitions.findLast(({ atMs }) => atMs <= minute * MINUTE)?.state ?? [],
      );
      const offline = states.filter((state) => state === "offline").length;
      return states.length === 0
        ? Number.POSITIVE_INFINITY
        : Math.max(2, Math.ceil(0.6 * states.length - 1e-9)) - offline;
    });
    const isOut = (minute: number) => (missingAt[minute] ?? 1) <= 0;
    const { spans } = outagesIn(rule, nodes, 0, 0);
    const isCovered = (minute: number) =>
      spans.some(
        ({ startMs, endMs = Number.POSITIVE_INFINITY }) =>
          startMs <= minute * MINUTE && minute * MINUTE < endMs,
      );
    const minutes = [...missingAt.keys()];
    expect(minutes.filter(isCovered)).toEqual(minutes.filter(isOut));
    expect(minutes.map((minute) => outagesIn(rule, nodes, 0, minute * MINUTE).missing)).toEqual(
      missingAt,
    );
  });
  fc.assert(property, { numRuns: 300 });
});
