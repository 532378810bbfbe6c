import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { dynamoDbRuleStore } from "@rainhooks/filter/dynamodb-store";
import { filterRulesTable } from "@rainhooks/filter/filter-rules-table";
import type { RuleKey } from "@rainhooks/filter/rule";
import { writeRules } from "@rainhooks/filter/rule-table";
import { scannedRuleStore } from "./scanned-store.ts";

function nodeKey(entityId: string): RuleKey {
  return { level: "node", entityId, eventType: "rmaker.event.node_connected" };
}

let tables: TestTables;
beforeAll(async () => {
  tables = await startTables();
  await tables.create(filterRulesTable);
});
afterAll(() => tables.stop());

it("finds the same rules when it has read all of them at once, or has too many for that", async () => {
  const table = { client: tables.client, tableName: filterRulesTable.name };
  const rules = Array.from({ length: 10 }, (_, index) => ({
    ...nodeKey(`n${index}`),
    ...{ enabled: false, integrations: ["a", "b"] },
  }));
  await writeRules(table, rules, []);
  const keys = ["n0", "n1", "n2", "nobody"].map(nodeKey);
  const found = await dynamoDbRuleStore(table).fetch(keys);
  expect(found.size).toBe(3);
  for (const maxRules of [rules.length, 1]) {
    const store = scannedRuleStore(table, { nowMs: Date.now, maxRules });
    expect(await store.fetch(keys)).toEqual(found);
  }
});
