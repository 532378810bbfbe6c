import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { FilterLevel } from "@rainhooks/core/catalog";
import { RainhooksError } from "@rainhooks/core/errors";
import { DEFAULT_RETRY } from "@rainhooks/core/retry";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { startScriptedService } from "@rainhooks/testing/scripted-service";
import { cachedRuleStore } from "./cached-store.ts";
import { dynamoDbRuleStore } from "./dynamodb-store.ts";
import { filterRulesTable } from "./filter-rules-table.ts";
import { alwaysInForce, latestRule, ruleAt } from "./history.ts";
import { type FilterRule, type RuleKey, ruleKeyText } from "./rule.ts";
import { toRuleItem } from "./rule-item.ts";
import { readAllRules, writeRules } from "./rule-table.ts";
import { memoryRuleStore, type RuleStore } from "./store.ts";
import { RULE_AHEAD_MS } from "./times.ts";

const eventType = "rmaker.event.node_connected";

function nodeKey(entityId: string): RuleKey {
  return { level: "node", entityId, eventType };
}

function nodeRule(entityId: string): FilterRule {
  return { ...nodeKey(entityId), enabled: false, integrations: ["a", "b"] };
}

const quick = { ...DEFAULT_RETRY, sleep: async () => undefined };

describe("dynamoDbRuleStore", () => {
  let tables: TestTables;
  const rules = Array.from({ length: 250 }, (_, index) => nodeRule(`n${index}`));

  beforeAll(async () => {
    tables = await startTables();
    await tables.create(filterRulesTable);
    await writeRules({ client: tables.client, tableName: filterRulesTable.name }, rules, []);
  });
  afterAll(() => tables.stop());

  it("dynamoDbRuleStore reads more rules than fit into one call, each key once, and finds only those that exist", async () => {
    const store = dynamoDbRuleStore({ client: tables.client, tableName: filterRulesTable.name });
    const keys = [...rules, ...rules, nodeKey("nobody")];
    const found = [...(await store.fetch(keys)).values()].flatMap((one) => latestRule(one) ?? []);
    expect(found.sort((a, b) => (a.entityId < b.entityId ? -1 : 1))).toEqual(
      rules.toSorted((a, b) => (a.entityId < b.entityId ? -1 : 1)),
    );
  });

  it("dynamoDbRuleStore reads and writes all rules of the table", async () => {
    const table = { client: tables.client, tableName: filterRulesTable.name };
    const byId = (a: FilterRule, b: FilterRule) => (a.entityId < b.entityId ? -1 : 1);
    const extra: FilterRule = { ...nodeRule("extra#1"), level: "user", enabled: true };
    await writeRules(table, [extra], [nodeKey("n0")]);
    const expected = [extra, ...rules.slice(1)].sort(byId);
    expect((await readAllRules(table)).sort(byId)).toEqual(expected);
    await writeRules(table, [nodeRule("n0")], [extra]);
    expect((await readAllRules(table)).sort(byId)).toEqual(rules.toSorted(byId));
  });

  it("dynamoDbRuleStore finds no rule for an id that is too long for a key, and finds the others", async () => {
    const store = dynamoDbRuleStore({ client: tables.client, tableName: filterRulesTable.name });
    const unpaired = "\ud83d";
    const keys = [nodeKey("x".repeat(3000)), nodeKey(unpaired), nodeKey("n1")];
    expect((await store.fetch(keys)).size).toBe(1);
  });

  it("dynamoDbRuleStore finds a rule whose key has the maximum length of DynamoDB", async () => {
    const table = { client: tables.client, tableName: filterRulesTable.name };
    const longest = nodeRule("x".repeat(2048 - "node#".length));
    await writeRules(table, [longest], []);
    const [found] = (await dynamoDbRuleStore(table).fetch([longest])).values();
    expect(found && latestRule(found)).toEqual(longest);
    await writeRules(table, [], [longest]);
  });

  it("dynamoDbRuleStore distinguishes rules of one entity by their event type", async () => {
    const table = { client: tables.client, tableName: filterRulesTable.name };
    const other: FilterRule = {
      ...nodeRule("n1"),
      eventType: "rmaker.event.node_disconnected",
      enabled: true,
    };
    await writeRules(table, [other], []);
    const found = await dynamoDbRuleStore(table).fetch([nodeKey("n1"), other]);
    const laterMs = Date.now() + 2 * RULE_AHEAD_MS;
    expect(ruleAt(found.get(ruleKeyText(nodeKey("n1"))), laterMs)).toEqual(nodeRule("n1"));
    expect(ruleAt(found.get(ruleKeyText(other)), laterMs)).toEqual(other);
    await writeRules(table, [], [other]);
  });

  it("dynamoDbRuleStore knows the levels that have had a rule, also when a rule is written later and deleted again", async () => {
    const table = { client: tables.client, tableName: "levels-test" };
    await tables.create({ ...filterRulesTable, name: table.tableName });
    const { levels } = dynamoDbRuleStore(table);
    expect(await levels?.()).toEqual(new Set());
    await writeRules(table, [nodeRule("n1")], []);
    expect(await levels?.()).toEqual(new Set(["node"]));
    await writeRules(table, [{ ...nodeRule("u"), level: "user" }], [nodeRule("n1")]);
    expect(await levels?.()).toEqual(new Set(["node", "user"]));
    expect(await readAllRules(table)).toHaveLength(1);
  });

  it("dynamoDbRuleStore makes no call when no key is given", async () => {
    const store = dynamoDbRuleStore({ client: tables.client, tableName: "no-such-table" });
    expect(await store.fetch([])).toEqual(new Map());
  });

  it("dynamoDbRuleStore throws a temporary error when the table does not exist", async () => {
    const store = dynamoDbRuleStore({ client: tables.client, tableName: "no-such-table" });
    await expect(store.fetch([nodeKey("n1")])).rejects.toMatchObject({
      code: "rules-unavailable",
      permanent: false,
      message: expect.stringContaining("Filter rules cannot be read from table no-such-table: "),
      cause: expect.objectContaining({ name: "ResourceNotFoundException" }),
    });
  });

  it("dynamoDbRuleStore retries unprocessed keys, and throws after the last attempt", async () => {
    const keys = {
      "filter-rules": { Keys: [{ entity: { S: "node#n1" }, eventType: { S: eventType } }] },
    };
    const service = await startScriptedService((_, index) => ({
      body:
        index === 1
          ? {
              Responses: {
                "filter-rules": [
                  toRuleItem({ history: alwaysInForce(nodeRule("n1")), version: 1 }),
                ],
              },
            }
          : { UnprocessedKeys: keys },
    }));
    const stayed =
      "Filter rules cannot be read from table filter-rules: Table filter-rules is busy: 1 of 1 items were not read.";
    const client = new DynamoDBClient({
      endpoint: service.endpoint,
      region: "us-east-1",
      credentials: { accessKeyId: "t", secretAccessKey: "t" },
    });
    const store = dynamoDbRuleStore({ client, tableName: "filter-rules", retry: quick });
    expect((await store.fetch([nodeKey("n1")])).size).toBe(1);
    await expect(store.fetch([nodeKey("n1")])).rejects.toMatchObject({
      code: "rules-unavailable",
      message: expect.stringContaining(stayed),
    });
    expect(service.calls).toHaveLength(2 + quick.attempts);
    client.destroy();
    await service.stop();
  });
});

describe("cachedRuleStore", () => {
  function setUp(options: { maxKeys?: number } = {}) {
    const inner = memoryRuleStore([nodeRule("n1")]);
    const world = { nowMs: 0, down: false, fetched: [] as string[] };
    const store: RuleStore = {
      fetch: async (keys) => {
        if (world.down) throw new RainhooksError("rules-unavailable", "down");
        world.fetched.push(...keys.map(({ entityId }) => entityId));
        return inner.fetch(keys);
      },
    };
    const cached = cachedRuleStore(store, { nowMs: () => world.nowMs, ttlMs: 100, ...options });
    return { cached, world };
  }

  it("cachedRuleStore reads existing and missing rules once, until they are too old", async () => {
    const { cached, world } = setUp();
    for (const nowMs of [0, 50, 99]) {
      world.nowMs = nowMs;
      const found = await cached.fetch([nodeKey("n1"), nodeKey("n2")]);
      expect(found.has(ruleKeyText(nodeKey("n1")))).toBe(true);
      expect(found.size).toBe(1);
    }
    expect(world.fetched).toEqual(["n1", "n2"]);
    world.nowMs = 100;
    await cached.fetch([nodeKey("n1")]);
    expect(world.fetched).toEqual(["n1", "n2", "n1"]);
  });

  it("cachedRuleStore has the rules of deliveries published before the rules could be too old, however late they come", async () => {
    const { cached, world } = setUp();
    await cached.fetch([nodeKey("n1")]);
    Object.assign(world, { down: true, nowMs: 5000 });
    expect((await cached.fetch([nodeKey("n1")], 99)).size).toBe(1);
    await expect(cached.fetch([nodeKey("n1")], 100)).rejects.toThrow("down");
  });

  it("cachedRuleStore takes no delivery for one of the future", async () => {
    const { cached, world } = setUp();
    world.nowMs = 7;
    for (const publishedMs of [50, Number.MAX_SAFE_INTEGER])
      await cached.fetch([nodeKey("n1")], publishedMs);
    expect(world.fetched).toEqual(["n1"]);
  });

  it("cachedRuleStore counts the age of a rule from the time it was read", async () => {
    const { cached, world } = setUp();
    world.nowMs = 5000;
    await cached.fetch([nodeKey("n1")]);
    world.nowMs = 5099;
    await cached.fetch([nodeKey("n1")]);
    expect(world.fetched).toEqual(["n1"]);
  });

  it("cachedRuleStore does not read the store when it has every rule", async () => {
    const { cached, world } = setUp();
    await cached.fetch([nodeKey("n1")]);
    world.down = true;
    expect((await cached.fetch([nodeKey("n1")])).size).toBe(1);
  });

  describe("of a store that knows which levels have rules", () => {
    function withLevels(...levels: FilterLevel[]) {
      const world = {
        nowMs: 0,
        down: false,
        levels: new Set(levels),
        fetched: [] as string[],
        asked: 0,
      };
      const store: RuleStore = {
        fetch: async (keys) => {
          world.fetched.push(...keys.map(({ level }) => level));
          return memoryRuleStore([nodeRule("n1")]).fetch(keys);
        },
        levels: async () => {
          if (world.down) throw new RainhooksError("rules-unavailable", "down");
          world.asked += 1;
          return new Set(world.levels);
        },
      };
      return { world, cached: cachedRuleStore(store, { nowMs: () => world.nowMs, ttlMs: 100 }) };
    }
    const keys = [nodeKey("n1"), { ...nodeKey("u"), level: "user" as const }];

    it("cachedRuleStore does not read rules of levels without rules", async () => {
      const { cached, world } = withLevels("user");
      expect((await cached.fetch(keys)).size).toBe(0);
      expect(world.fetched).toEqual(["user"]);
    });

    it("cachedRuleStore finds the first rule of a level as soon as any other change", async () => {
      const { cached, world } = withLevels();
      world.nowMs = 1;
      await cached.fetch(keys);
      world.levels.add("node");
      world.nowMs = 100;
      expect((await cached.fetch(keys)).size).toBe(0);
      world.nowMs = 101;
      expect((await cached.fetch(keys)).size).toBe(1);
      expect(world.asked).toBe(2);
    });

    it("cachedRuleStore throws while the store is down and the levels are too old", async () => {
      const { cached, world } = withLevels("node");
      await cached.fetch(keys);
      Object.assign(world, { down: true, nowMs: 99 });
      expect((await cached.fetch(keys)).size).toBe(1);
      world.nowMs = 100;
      await expect(cached.fetch(keys)).rejects.toMatchObject({ code: "rules-unavailable" });
      await expect(withDown().fetch(keys)).rejects.toMatchObject({ code: "rules-unavailable" });
    });

    function withDown() {
      const { cached, world } = withLevels();
      world.down = true;
      return cached;
    }
  });

  it("cachedRuleStore fails while the store is down if a rule is not cached or too old", async () => {
    const { cached, world } = setUp();
    await cached.fetch([nodeKey("n1")]);
    Object.assign(world, { down: true, nowMs: 50 });
    await expect(cached.fetch([nodeKey("n1"), nodeKey("n2")])).rejects.toThrow("down");
    world.nowMs = 100;
    await expect(cached.fetch([nodeKey("n1")])).rejects.toThrow("down");
  });

  it("cachedRuleStore caches no more keys than the maximum", async () => {
    const { cached, world } = setUp({ maxKeys: 2 });
    for (const id of ["n1", "n2", "n3"]) await cached.fetch([nodeKey(id)]);
    world.fetched = [];
    await cached.fetch([nodeKey("n3"), nodeKey("n2")]);
    expect(world.fetched).toEqual([]);
    await cached.fetch([nodeKey("n1")]);
    expect(world.fetched).toEqual(["n1"]);
  });

  it("cachedRuleStore removes the key that was read longest ago first, not the one that was cached first", async () => {
    const { cached, world } = setUp({ maxKeys: 2 });
    for (const [nowMs, id] of [
      [0, "n1"],
      [1, "n2"],
      [150, "n1"],
      [151, "n3"],
    ] as const) {
      world.nowMs = nowMs;
      await cached.fetch([nodeKey(id)]);
    }
    world.fetched = [];
    await cached.fetch([nodeKey("n1"), nodeKey("n3")]);
    expect(world.fetched).toEqual([]);
  });

  it("cachedRuleStore returns every requested rule, even if it cannot cache them all", async () => {
    const { cached } = setUp({ maxKeys: 1 });
    expect((await cached.fetch([nodeKey("n2"), nodeKey("n1")])).size).toBe(1);
  });
});
