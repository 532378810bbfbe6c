import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { readRule } from "../rule/read-rule.ts";
import type { OutageRule } from "../rule/rule.ts";
import { type Member, outagesIn } from "./outage.ts";

const DAY = 86_400_000;

function ruleOf(fields: object): OutageRule {
  const rule = readRule(JSON.stringify({ name: "o", kind: "outage", by: "fleet", count: 2, ...fields }));
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
  outagesIn(rule, members, fromMs).spans.map(({ startMs, raisedMs, endMs, members: away }) => [
    startMs,
    raisedMs,
    endMs,
    away.join(""),
  ]);

test("an outage lasts while the share of the nodes that are known is offline", () => {
  const nodes = [member("a", 1, -10), member("b", 2, -20, 40), member("c", 3), member("d", 50, -60)];
  // Three nodes are known until 50, and two of them are offline from 20 to 40; from 60 on two of four.
  expect(shown(ruleOf({ share: 0.5 }), nodes)).toEqual([
    [20, 20, 40, "ab"],
    [60, 60, 10 + 7 * DAY, "ad"],
  ]);
  expect(shown(ruleOf({ share: 0.7 }), nodes)).toEqual([]);
  expect(shown(ruleOf({ share: 0.5, count: 3 }), nodes)).toEqual([]);
  expect(shown(ruleOf({ share: 0.5 }), nodes, 30)).toEqual([[60, 60, 10 + 7 * DAY, "ad"]]);
});

test("it must last for the rule's time", () => {
  const minute = 60_000;
  const nodes = [member("a", 1, -10), member("b", 2, -20, 20 + minute), member("c", 3)];
  expect(shown(ruleOf({ for: "1m" }), nodes)).toEqual([[20, 20 + minute, 20 + minute, "a"]]);
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
  expect(outagesIn(ruleOf({ share: 0.5 }), nodes, 0).headroom).toBe(2);
});

test("the same times as a count at each moment, and never fewer nodes missing than the headroom says", () => {
  const times = fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { maxLength: 8 });
  const property = fc.property(fc.array(times, { minLength: 2, maxLength: 8 }), (all) => {
    const nodes = all.map((own, index) => {
      const inOrder = own.toSorted((a, b) => a - b);
      return member(`n${index}`, ...inOrder.map((at, place) => (place % 2 === index % 2 ? -at : at)));
    });
    const rule = ruleOf({ share: 0.6 });
    const out: number[] = [];
    let headroom = Number.POSITIVE_INFINITY;
    for (let at = 0; at <= 61; at += 1) {
      const states = nodes.flatMap(
        (node) => node.transitions.findLast(({ atMs }) => atMs <= at)?.state ?? [],
      );
      const offline = states.filter((state) => state === "offline").length;
      const missing = Math.max(2, Math.ceil(0.6 * states.length - 1e-9)) - offline;
      if (states.length > 0) headroom = Math.min(headroom, missing);
      if (missing <= 0) out.push(at);
    }
    const { spans, headroom: found } = outagesIn(rule, nodes, 0);
    const covered = Array.from({ length: 62 }, (_, at) => at).filter((at) =>
      spans.some(({ startMs, endMs = Number.POSITIVE_INFINITY }) => startMs <= at && at < endMs),
    );
    expect(covered).toEqual(out);
    expect(found).toBe(headroom);
  });
  fc.assert(property, { numRuns: 300 });
});
