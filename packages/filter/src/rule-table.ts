import { type DynamoDBClient, paginateScan, type WriteRequest } from "@aws-sdk/client-dynamodb";
import {
  catalogEntry,
  chunk,
  FILTER_LEVELS,
  type FilterLevel,
  RainhooksError,
  type RetryPolicy,
} from "@rainhooks/core";
import { batchWrite, MAX_WRITES_PER_CALL } from "@rainhooks/dynamodb";
import type { FilterRule, RuleKey } from "./rule.ts";
import { fromRuleItem, levelItem, ruleItemKey, toRuleItem } from "./rule-item.ts";

/** The filter-rules table of a stage. */
export interface RuleTable {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  /** @defaultValue DEFAULT_RETRY */
  readonly retry?: RetryPolicy;
}

/**
 * Reads all rules of the table with a Scan. Items with an unknown level or event type are ignored.
 *
 * @example
 * ```ts
 * import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
 * import { readAllRules } from "@rainhooks/filter";
 *
 * const table = { client: new DynamoDBClient({}), tableName: "rainhooks-dev-filter-rules" };
 * const rules = await readAllRules(table);
 * console.log(rules.map(({ entityId }) => entityId)); // [ 'kitchen' ]
 * ```
 */
export async function readAllRules({ client, tableName }: RuleTable): Promise<FilterRule[]> {
  const rules: FilterRule[] = [];
  for await (const page of paginateScan({ client }, { TableName: tableName })) {
    for (const item of page.Items ?? []) {
      const key = keyOf(item["entity"]?.S, item["eventType"]?.S);
      if (key !== undefined) rules.push(fromRuleItem(key, item));
    }
  }
  return rules;
}

/**
 * Writes and deletes rules. Functions see a change within a minute.
 *
 * @throws {RainhooksError} `rules-unavailable` if writes are still unprocessed after the last retry. Earlier batches may
 * have been written; it is safe to call the function again.
 *
 * @example
 * ```ts
 * import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
 * import { readAllRules, writeRules } from "@rainhooks/filter";
 *
 * const table = { client: new DynamoDBClient({}), tableName: "rainhooks-dev-filter-rules" };
 * const key = { level: "node", entityId: "kitchen", eventType: "rmaker.event.node_connected" } as const;
 * await writeRules(table, [{ ...key, enabled: false, integrations: [] }], [{ ...key, entityId: "garden" }]);
 * console.log((await readAllRules(table)).length); // 1
 * ```
 */
export async function writeRules(
  table: RuleTable,
  puts: readonly FilterRule[],
  deletes: readonly RuleKey[],
): Promise<void> {
  const levels = [...new Set(puts.map(({ level }) => level))];
  // Before the rules: a function that does not know that a level has rules does not look for them.
  await write(
    table,
    levels.map((level) => ({ PutRequest: { Item: levelItem(level) } })),
  );
  await write(table, [
    ...puts.map((rule) => ({ PutRequest: { Item: toRuleItem(rule) } })),
    ...deletes.map((key) => ({ DeleteRequest: { Key: ruleItemKey(key) } })),
  ]);
}

async function write(table: RuleTable, requests: readonly WriteRequest[]): Promise<void> {
  for (const batch of chunk(requests, MAX_WRITES_PER_CALL)) {
    const unprocessed = await batchWrite(batch, table);
    if (unprocessed.length === 0) continue;
    throw new RainhooksError(
      "rules-unavailable",
      `Table ${table.tableName} is busy: ${unprocessed.length} rules were not written. Run the command again.`,
    );
  }
}

function keyOf(entity = "", type = ""): RuleKey | undefined {
  const [level = ""] = entity.split("#", 1);
  const eventType = catalogEntry(type)?.type;
  if (eventType === undefined || !FILTER_LEVELS.some((known) => known === level)) return undefined;
  return { level: level as FilterLevel, entityId: entity.slice(level.length + 1), eventType };
}
