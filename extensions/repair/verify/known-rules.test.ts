import { DeleteItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { dynamoDbRuleStore } from "@rainhooks/filter/dynamodb-store";
import { filterRulesTable } from "@rainhooks/filter/filter-rules-table";
import type { RuleHistory } from "@rainhooks/filter/history";
import { type FilterRule, ruleKeyText, systemKey } from "@rainhooks/filter/rule";
import { ruleItemKey } from "@rainhooks/filter/rule-item";
import { writeRules } from "@rainhooks/filter/rule-table";
import { rulePeriods } from "./known-rules.ts";

const ALERT = systemKey("rmaker.event.alert");
const rule: FilterRule = { ...ALERT, enabled: true, integrations: [] };

let tables: TestTables;
beforeAll(async () => {
  tables = await startTables();
  await tables.create(filterRulesTable);
});
afterAll(() => tables.stop());

async function isAlertKnown(atMs: number): Promise<boolean> {
  const table = { client: tables.client, tableName: filterRulesTable.name };
  const histories = await dynamoDbRuleStore(table).fetch([ALERT]);
  const history: RuleHistory | undefined = histories.get(ruleKeyText(ALERT));
  return (await rulePeriods(table)).isKnown(ALERT, history, atMs);
}

it("is known which rule was in force, as long as its history is kept", async () => {
  const table = { client: tables.client, tableName: filterRulesTable.name };
  const TableName = table.tableName;
  expect(await isAlertKnown(5)).toBe(true);
  await writeRules(table, [rule], [], { fromMs: 10 });
  expect([await isAlertKnown(5), await isAlertKnown(10)]).toEqual([true, true]);
  const withoutHistory = { ...ruleItemKey(ALERT), version: { N: "1" } };
  await tables.client.send(new PutItemCommand({ TableName, Item: withoutHistory }));
  expect([await isAlertKnown(5), await isAlertKnown(Date.now())]).toEqual([false, false]);
  await writeRules(table, [{ ...rule, enabled: false }], [], { fromMs: 20 });
  expect([await isAlertKnown(19), await isAlertKnown(20)]).toEqual([false, true]);
  await writeRules(table, [], [ALERT], { fromMs: 30 });
  expect([await isAlertKnown(19), await isAlertKnown(30)]).toEqual([false, true]);
  await tables.client.send(new DeleteItemCommand({ TableName, Key: ruleItemKey(ALERT) }));
  expect([await isAlertKnown(5), await isAlertKnown(30)]).toEqual([false, false]);
});
