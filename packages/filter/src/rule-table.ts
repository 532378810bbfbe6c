import {
  BatchWriteItemCommand,
  type DynamoDBClient,
  paginateScan,
  type WriteRequest,
} from "@aws-sdk/client-dynamodb";
import {
  catalogEntry,
  chunk,
  DEFAULT_RETRY,
  type FilterLevel,
  RainhooksError,
  type RetryPolicy,
  retryLeftovers,
} from "@rainhooks/core";
import type { FilterRule, RuleKey } from "./rule.ts";
import { fromRuleItem, ruleItemKey, toRuleItem } from "./rule-item.ts";

/** Most puts and deletes that one BatchWriteItem takes. */
const WRITES_PER_CALL = 25;

/** The table of rules of a stage. */
export interface RuleTable {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  readonly retry?: RetryPolicy;
}

/** Every rule in the table. */
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
 * Puts some rules and deletes others.
 *
 * @throws {RainhooksError} `rules-unavailable` when DynamoDB leaves some of them.
 */
export async function writeRules(
  { client, tableName, retry = DEFAULT_RETRY }: RuleTable,
  puts: readonly FilterRule[],
  deletes: readonly RuleKey[],
): Promise<void> {
  const requests: WriteRequest[] = [
    ...puts.map((rule) => ({ PutRequest: { Item: toRuleItem(rule) } })),
    ...deletes.map((key) => ({ DeleteRequest: { Key: ruleItemKey(key) } })),
  ];
  for (const some of chunk(requests, WRITES_PER_CALL)) {
    const send = async (left: readonly WriteRequest[]) => {
      const answer = await client.send(
        new BatchWriteItemCommand({ RequestItems: { [tableName]: [...left] } }),
      );
      return answer.UnprocessedItems?.[tableName] ?? [];
    };
    const left = await retryLeftovers(some, send, retry);
    if (left.length > 0)
      throw new RainhooksError(
        "rules-unavailable",
        `Table ${tableName} left ${left.length} rules unwritten.`,
      );
  }
}

function keyOf(entity = "", type = ""): RuleKey | undefined {
  const [level = ""] = entity.split("#", 1);
  const eventType = catalogEntry(type)?.type;
  if (eventType === undefined || !["system", "user", "node"].includes(level)) return undefined;
  return { level: level as FilterLevel, entityId: entity.slice(level.length + 1), eventType };
}
