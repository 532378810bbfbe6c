import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { collect } from "@rainhooks/core/collections";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import fc from "fast-check";
import { cachedRuleStore } from "./cached-store.ts";
import { dynamoDbRuleStore } from "./dynamodb-store.ts";
import { filterRulesTable } from "./filter-rules-table.ts";
import { changedHistory, MAX_STATES, type RuleHistory, ruleAt } from "./history.ts";
import { type FilterRule, ruleKeyText, systemKey } from "./rule.ts";
import { fromRuleItem, toRuleItem } from "./rule-item.ts";
import { readHistories, writeRules } from "./rule-table.ts";
import { memoryHistories } from "./store.ts";
import { CLOCK_MARGIN_MS, RULE_AHEAD_MS, RULE_CACHE_MS } from "./times.ts";

const key = systemKey("rmaker.event.alert");
const on: FilterRule = { ...key, enabled: true, integrations: ["a"] };
const off: FilterRule = { ...key, enabled: false, integrations: [] };

describe("the history of a rule", () => {
  const history = [
    { fromMs: 10, rule: on },
    { fromMs: 20, rule: undefined },
    { fromMs: 30, rule: off },
  ].reduce(changedHistory, { key, states: [], knownFromMs: 0 } as RuleHistory);

  it("the history has the state of a rule at each time", () => {
    expect([9, 10, 19, 20, 29, 30, 99].map((atMs) => ruleAt(history, atMs)?.enabled)).toEqual([
      undefined,
      true,
      true,
      undefined,
      undefined,
      false,
      false,
    ]);
    expect(ruleAt(undefined, 5)).toBeUndefined();
  });

  it("the history removes states that would have begun after a change", () => {
    const changed = changedHistory(history, { fromMs: 25, rule: on });
    expect([20, 25, 40].map((atMs) => ruleAt(changed, atMs)?.enabled)).toEqual([
      undefined,
      true,
      true,
    ]);
  });

  it("the history has the latest states, and since when it has them", () => {
    const many = Array.from({ length: MAX_STATES + 5 }, (_, index) => ({
      fromMs: index + 1,
      rule: on,
    }));
    const long = many.reduce(changedHistory, { key, states: [], knownFromMs: 0 } as RuleHistory);
    expect([long.states.length, long.knownFromMs, ruleAt(long, 1)]).toEqual([MAX_STATES, 6, on]);
  });

  it("the history is the same after it was written and read", () => {
    const written = { history, version: 3 };
    expect(fromRuleItem(key, toRuleItem(written))).toEqual(written);
  });
});

describe("a change of a rule", () => {
  let tables: TestTables;
  let number = 0;
  beforeAll(async () => {
    tables = await startTables();
  });
  afterAll(() => tables.stop());

  async function newTable() {
    number += 1;
    const table = { client: tables.client, tableName: `rules-${number}` };
    await tables.create({ ...filterRulesTable, name: table.tableName });
    return table;
  }

  it("a change is in force later than its write by DynamoDB's clock, whatever the clock of this computer is", async () => {
    const table = await newTable();
    const client = tables.newConnectingClient();
    const beforeMs = Date.now();
    const fromMs = await writeRules({ ...table, client }, [on], [], { nowMs: () => 0 });
    client.destroy();
    expect(fromMs).toBeGreaterThan(beforeMs + RULE_AHEAD_MS - 2000);
    const found = (await dynamoDbRuleStore(table).fetch([key])).get(ruleKeyText(key));
    expect([ruleAt(found, fromMs - 1), ruleAt(found, fromMs)]).toEqual([undefined, on]);
  });

  it("a change keeps the state before it, also for a rule that is deleted", async () => {
    const table = await newTable();
    await writeRules(table, [on], [], { fromMs: 100 });
    await writeRules(table, [off], [], { fromMs: 200 });
    await writeRules(table, [], [key], { fromMs: 300 });
    const [history] = await collect(readHistories(table));
    expect([50, 100, 200, 300].map((atMs) => ruleAt(history, atMs))).toEqual([
      undefined,
      on,
      off,
      undefined,
    ]);
  });

  it("a change of a rule is refused while another process changes the rule", async () => {
    const table = await newTable();
    await writeRules(table, [on], [], { fromMs: 100 });
    const both = [1, 2].map((step) => writeRules(table, [off], [], { fromMs: 100 + step }));
    const results = await Promise.allSettled(both);
    const refused = results.filter(({ status }) => status === "rejected");
    expect(refused.length).toBeLessThan(2);
    for (const one of refused) expect(one).toMatchObject({ reason: { code: "rules-unavailable" } });
  });

  it("a change of a rule has the same effect in every function, at once and at any later time", () => {
    const change = fc.record({
      atMs: fc.integer({ min: 0, max: 1_000_000 }),
      rule: fc.constantFrom(on, off, undefined),
    });
    const look = fc.record({
      publishedMs: fc.integer({ min: 0, max: 1_200_000 }),
      waitMs: fc.oneof(fc.integer({ min: 0, max: 5000 }), fc.integer({ min: 0, max: 500_000 })),
    });
    const skew = fc.integer({ min: -CLOCK_MARGIN_MS / 2, max: CLOCK_MARGIN_MS / 2 });
    const runs = fc.tuple(
      fc.array(change, { maxLength: 6 }),
      fc.array(look, { maxLength: 30 }),
      skew,
    );
    return fc.assert(
      fc.asyncProperty(runs, async ([changes, looks, skewMs]) => {
        const written = changes.toSorted((a, b) => a.atMs - b.atMs);
        const empty: RuleHistory = { key, states: [], knownFromMs: 0 };
        const tableAt = (atMs: number) =>
          written
            .filter((one) => one.atMs <= atMs)
            .reduce(
              (before, one) =>
                changedHistory(before, { fromMs: one.atMs + RULE_AHEAD_MS, rule: one.rule }),
              empty,
            );
        const clock = { realMs: 0 };
        const store = cachedRuleStore(
          { fetch: (keys) => memoryHistories([tableAt(clock.realMs)]).fetch(keys) },
          { nowMs: () => clock.realMs + skewMs, ttlMs: RULE_CACHE_MS },
        );
        const complete = tableAt(Number.POSITIVE_INFINITY);
        const inTurn = looks.toSorted(
          (a, b) => a.publishedMs + a.waitMs - b.publishedMs - b.waitMs,
        );
        for (const { publishedMs, waitMs } of inTurn) {
          clock.realMs = publishedMs + waitMs;
          const found = (await store.fetch([key], publishedMs)).get(ruleKeyText(key));
          expect(ruleAt(found, publishedMs)).toEqual(ruleAt(complete, publishedMs));
        }
      }),
      { numRuns: 300 },
    );
  });
});
