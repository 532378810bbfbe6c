import { expect, it } from "@jest/globals";
import type { Transition } from "@rainhooks/node-status";
import fc from "fast-check";
import { memberChanges, outagesIn } from "../kinds/outage.ts";
import type { OutageRule } from "../rule/rule.ts";
import { GroupTimeline } from "./group-timeline.ts";

const MIN = 60_000;
const DAY = 86_400_000;

/** Changes of the state of a node: alternately, some within the same minute, some days apart. */
const transitions = fc
  .tuple(
    fc.array(fc.oneof(fc.constantFrom(0, 500, 20_000, MIN, 5 * MIN, 8 * DAY), fc.nat(20 * MIN)), {
      maxLength: 10,
    }),
    fc.boolean(),
  )
  .map(([gaps, startsOnline]): Transition[] => {
    let atMs = 0;
    return gaps.map((gap, index) => {
      atMs += gap;
      return { atMs, state: startsOnline === (index % 2 === 0) ? "online" : "offline" };
    });
  });

const rules = fc.record({
  share: fc.constantFrom(0.1, 0.3, 0.5, 1),
  count: fc.integer({ min: 1, max: 4 }),
  forMs: fc.constantFrom(0, MIN),
});

const NODES = 5;
/** What becomes of a node, again and again. */
const steps = fc.array(
  fc.record({ node: fc.nat(NODES - 1), transitions, asksNow: fc.boolean(), fromMs: fc.nat(30 * MIN) }),
  { minLength: 1, maxLength: 25 },
);

it("the outages of a group whose nodes change are those of all its nodes, made at once", () => {
  fc.assert(
    fc.property(rules, steps, (fields, all) => {
      const rule: OutageRule = { kind: "outage", name: "o", severity: "low", by: "fleet", ...fields };
      const timeline = new GroupTimeline(rule);
      const nodes = Array.from({ length: NODES }, (): readonly Transition[] => []);
      for (const { node, transitions: next, asksNow, fromMs } of all) {
        timeline.add(memberChanges(nodes[node] ?? []), -1);
        timeline.add(memberChanges(next));
        nodes[node] = next;
        if (!asksNow) continue;
        const members = nodes.map((own, index) => ({ nodeId: `n${index}`, transitions: own }));
        const { spans } = outagesIn(rule, members, fromMs);
        expect(timeline.spansFrom(fromMs)).toEqual(
          spans.map(({ startMs, raisedMs, endMs }) => ({ startMs, raisedMs, endMs })),
        );
      }
    }),
    { numRuns: 3000 },
  );
});

it("what the last changes of a node change is the end of what all of them change", () => {
  fc.assert(
    fc.property(transitions, fc.nat(10), (all, count) => {
      const whole = memberChanges(all);
      const last = memberChanges(all, Math.min(count, all.length));
      expect(last).toEqual(whole.slice(whole.length - last.length));
    }),
    { numRuns: 1000 },
  );
});
