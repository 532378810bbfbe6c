import { describe, expect, it } from "@jest/globals";
import { cachedRuleStore } from "@rainhooks/filter/cached-store";
import { CONSUMER_DEFAULTS, evaluate } from "@rainhooks/filter/evaluate";
import { alwaysInForce, changedHistory, ruleAt } from "@rainhooks/filter/history";
import { ruleKeyText, systemKey } from "@rainhooks/filter/rule";
import { memoryHistories, type RuleStore } from "@rainhooks/filter/store";
import { RULE_AHEAD_MS } from "@rainhooks/filter/times";

const NOW_MS = 1_800_000_000_000;
const MINUTE_MS = 60_000;
const ALERT = "rmaker.event.alert";
const key = systemKey(ALERT);
const on = { ...key, enabled: true, integrations: ["rainhooks-dev"] };
const changes = [
  { writtenMs: NOW_MS + 3 * MINUTE_MS, rule: { ...on, enabled: false } },
  { writtenMs: NOW_MS + 5 * MINUTE_MS, rule: on },
  { writtenMs: NOW_MS + 6 * MINUTE_MS, rule: { ...on, integrations: [] } },
  { writtenMs: NOW_MS + 20 * MINUTE_MS, rule: undefined },
];
/** One every ten seconds, for half an hour. */
const published = Array.from({ length: 180 }, (_, index) => NOW_MS + index * 10_000);

/** A function with its own cache, which judges each delivery some time after it was published. */
async function judge(delayMs: (index: number) => number): Promise<boolean[]> {
  const clock = { nowMs: 0 };
  const table: RuleStore = {
    fetch: (keys) => {
      const known = changes.filter(({ writtenMs }) => writtenMs <= clock.nowMs);
      const history = known.reduce(
        (before, { writtenMs, rule }) =>
          changedHistory(before, { fromMs: writtenMs + RULE_AHEAD_MS, rule }),
        alwaysInForce(on),
      );
      return memoryHistories([history]).fetch(keys);
    },
  };
  const rules = cachedRuleStore(table, { nowMs: () => clock.nowMs });
  const inTurn = published.map((atMs, index) => ({ atMs, index, judgedMs: atMs + delayMs(index) }));
  const passed: boolean[] = [];
  for (const { atMs, index, judgedMs } of inTurn.toSorted((a, b) => a.judgedMs - b.judgedMs)) {
    clock.nowMs = judgedMs;
    const rule = ruleAt((await rules.fetch([key], atMs)).get(ruleKeyText(key)), atMs);
    passed[index] = evaluate(
      { type: ALERT, nodeIds: ["n"] },
      () => rule,
      "rainhooks-dev",
      CONSUMER_DEFAULTS,
    ).pass;
  }
  return passed;
}

describe("while rules change", () => {
  it("live events, a backlog and a replay are judged alike, each of them", async () => {
    const live = await judge(() => 200);
    const backlog = await judge((index) => (index < 90 ? (90 - index) * 10_000 + index : 200));
    const replay = await judge((index) => 86_400_000 - index * 9990);
    // Each change holds a minute and a half after it was written.
    const passing = { untilOff: 27, whileOn: 6, withoutRule: 51 };
    expect(live.filter((pass) => pass)).toHaveLength(
      Object.values(passing).reduce((sum, one) => sum + one, 0),
    );
    expect([backlog, replay]).toEqual([live, live]);
  });
});
