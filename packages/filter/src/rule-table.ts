import { GetItemCommand, type WriteRequest } from "@aws-sdk/client-dynamodb";
import { catalogEntry, FILTER_LEVELS, type FilterLevel } from "@rainhooks/core/catalog";
import { chunk, mapLimited } from "@rainhooks/core/collections";
import { SECOND_MS } from "@rainhooks/core/durations";
import { RainhooksError } from "@rainhooks/core/errors";
import type { RetryPolicy } from "@rainhooks/core/retry";
import { batchGet } from "@rainhooks/dynamodb/batch-get";
import { batchWrite } from "@rainhooks/dynamodb/batch-write";
import { putUnchanged } from "@rainhooks/dynamodb/put-if";
import { scanAll, type TableAccess } from "@rainhooks/dynamodb/read-all";
import { changedHistory, latestRule, type RuleHistory } from "./history.ts";
import type { FilterRule, RuleKey } from "./rule.ts";
import { fromRuleItem, itemKeyText, levelItem, ruleItemKey, toRuleItem } from "./rule-item.ts";
import { CLOCK_MARGIN_MS, RULE_AHEAD_MS } from "./times.ts";

/** The filter-rules table of a stage. */
export interface RuleTable extends TableAccess {
  /** @defaultValue DEFAULT_RETRY */
  readonly retry?: RetryPolicy;
}

/**
 * Reads all rules of the table with a Scan, each as it was written last; a change may begin to hold
 * a minute later. Items with an unknown level or event type are ignored.
 */
export async function readAllRules(table: RuleTable): Promise<FilterRule[]> {
  const rules: FilterRule[] = [];
  for await (const history of readHistories(table)) {
    const rule = latestRule(history);
    if (rule !== undefined) rules.push(rule);
  }
  return rules;
}

/**
 * Reads all rules of the table with their changes, also those that exist no more. Items with an
 * unknown level or event type are ignored.
 */
export async function* readHistories(table: RuleTable): AsyncGenerator<RuleHistory> {
  for (const item of await scanAll(table)) {
    const key = keyOf(item["entity"]?.S, item["eventType"]?.S);
    if (key !== undefined) yield fromRuleItem(key, item).history;
  }
}

/** Rules that are written between two looks at the clock. */
const RULES_PER_LOOK = 200;
const WRITES_AT_ONCE = 16;

/** Options of {@link writeRules}. */
export interface WriteRulesOptions {
  /**
   * From when the changes hold, epoch milliseconds. An earlier time than the default is only safe
   * while no function has read the rules.
   *
   * @defaultValue 90 seconds after they are written, by DynamoDB's clock
   */
  readonly fromMs?: number;
  /** @defaultValue Date.now */
  readonly nowMs?: () => number;
}

/**
 * Writes and deletes rules. A change begins to hold a while later, by the time at which a delivery
 * was published: every function knows it by then, so all of them decide alike. Earlier states of a
 * rule are kept, for deliveries that were published before.
 *
 * @returns From when the changes hold, epoch milliseconds.
 * @throws {RainhooksError} `rules-unavailable` if a rule was not written. Earlier ones may have
 * been; it is safe to call the function again.
 */
export async function writeRules(
  table: RuleTable,
  puts: readonly FilterRule[],
  deletes: readonly RuleKey[],
  { fromMs, nowMs = Date.now }: WriteRulesOptions = {},
): Promise<number> {
  const levels = [...new Set(puts.map(({ level }) => level))];
  // Before the rules: a function that does not know that a level has rules does not look for them.
  await writeLevels(
    table,
    levels.map((level) => ({ PutRequest: { Item: levelItem(level) } })),
  );
  const changes = [
    ...puts.map((rule): RuleChange => ({ key: rule, rule })),
    ...deletes.map((key): RuleChange => ({ key, rule: undefined })),
  ];
  let holdsFromMs = fromMs ?? (await serviceNowMs(table, nowMs)) + RULE_AHEAD_MS;
  for (const some of chunk(changes, RULES_PER_LOOK)) {
    const startedMs = fromMs ?? (await serviceNowMs(table, nowMs));
    holdsFromMs = fromMs ?? startedMs + RULE_AHEAD_MS;
    await changeRules(table, some, holdsFromMs);
    if (fromMs === undefined) await refuseLate(table, startedMs, nowMs);
  }
  return holdsFromMs;
}

interface RuleChange {
  readonly key: RuleKey;
  readonly rule: FilterRule | undefined;
}

async function changeRules(
  table: RuleTable,
  changes: readonly RuleChange[],
  fromMs: number,
): Promise<void> {
  const byKey = new Map(changes.map((change) => [itemKeyText(ruleItemKey(change.key)), change]));
  const items = await batchGet(
    [...byKey.values()].map(({ key }) => ruleItemKey(key)),
    { ...table, consistent: true, busyCode: "rules-unavailable" },
  );
  const present = new Map(items.map((item) => [itemKeyText(item), item]));
  await mapLimited([...byKey], WRITES_AT_ONCE, async ([text, { key, rule }]) => {
    const item = present.get(text);
    const { history, version } =
      item === undefined
        ? { history: { key, states: [], knownFromMs: 0 }, version: 0 }
        : fromRuleItem(key, item);
    const changed = changedHistory(history, { fromMs, rule });
    const next = toRuleItem({ history: changed, version: version + 1 });
    if (await putUnchanged({ ...table, key: ["entity", "eventType"] }, next, version || undefined))
      return;
    throw new RainhooksError(
      "rules-unavailable",
      `Somebody else is changing the rules in ${table.tableName}. Run the command again.`,
    );
  });
}

/** Checks that functions could learn of the changes before these hold. */
async function refuseLate(table: RuleTable, startedMs: number, nowMs: () => number): Promise<void> {
  const tookMs = (await serviceNowMs(table, nowMs)) - startedMs;
  if (tookMs < CLOCK_MARGIN_MS) return;
  throw new RainhooksError(
    "rules-unavailable",
    `Table ${table.tableName} took ${Math.round(tookMs / SECOND_MS)} s for a change. Functions may have learned of it too late, and decided differently for some seconds. Run the command again when the table is quicker.`,
  );
}

async function writeLevels(table: RuleTable, requests: readonly WriteRequest[]): Promise<void> {
  const unprocessed = await batchWrite(requests, table);
  if (unprocessed.length === 0) return;
  throw new RainhooksError(
    "rules-unavailable",
    `Table ${table.tableName} is busy: no rule was written. Run the command again.`,
  );
}

function keyOf(entity = "", type = ""): RuleKey | undefined {
  const [level = ""] = entity.split("#", 1);
  const eventType = catalogEntry(type)?.type;
  if (eventType === undefined || !FILTER_LEVELS.some((known) => known === level)) return undefined;
  return { level: level as FilterLevel, entityId: entity.slice(level.length + 1), eventType };
}

/**
 * Returns the time of DynamoDB's clock: that of this computer may be wrong. It is a second too
 * early at most, as HTTP has no fractions.
 */
async function serviceNowMs(
  { client, tableName }: TableAccess,
  nowMs: () => number,
): Promise<number> {
  const command = new GetItemCommand({ TableName: tableName, Key: levelItem("system") });
  let date: string | undefined;
  command.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      date = dateOf(result.response);
      return result;
    },
    { step: "deserialize", priority: "low", name: "readDate" },
  );
  // With options, a client that keeps the middleware of its commands makes that of this one anew.
  await client.send(command, {});
  const atMs = Date.parse(date ?? "");
  return Number.isNaN(atMs) ? nowMs() : atMs;
}

function dateOf(response: unknown): string | undefined {
  const { headers } = response as { readonly headers?: Readonly<Record<string, string>> };
  return headers?.["date"];
}
