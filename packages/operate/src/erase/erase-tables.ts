import {
  type AttributeValue,
  DeleteItemCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  PutItemCommand,
  paginateScan,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { mapLimited } from "@rainhooks/core";
import { type Attributes, conditionHeld, tableError } from "@rainhooks/dynamodb";
import type { ErasureSubject, Mentions } from "./subject.ts";

/** What reads tables for somebody's data. */
export interface TableSearch {
  /** A client that does not follow slots: both are searched. */
  readonly client: DynamoDBClient;
  readonly subject: ErasureSubject;
  readonly mentions: Mentions;
  readonly alias: string;
  /** True if items of a node get an alias, too, instead of being deleted. @defaultValue false */
  readonly keepsItems?: boolean;
  /** Called with each item that names the subject. */
  readonly onItem?: ((item: Attributes) => void) | undefined;
  /** Called after each page. What it throws ends the work. */
  readonly onPage?: ((items: number) => void) | undefined;
}

const SEGMENTS = 4;
const AT_ONCE = 16;
/** Attribute that counts the writes of a row. A function that has read the row before must not write it back. */
const VERSION = "version";

/**
 * Searches a table. Items of a node go; items of a user, and those that only name one or the other, get an alias. Without `erase`, it only counts.
 *
 * @returns The number of items that name the subject.
 */
export async function eraseTable(tableName: string, search: TableSearch, erase: boolean): Promise<number> {
  const { client, mentions } = search;
  try {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: tableName }));
    const keys = (Table?.KeySchema ?? []).map(({ AttributeName = "" }) => AttributeName);
    let found = 0;
    let read = 0;
    await mapLimited([...Array(SEGMENTS).keys()], SEGMENTS, async (Segment) => {
      const pages = paginateScan(
        { client },
        { TableName: tableName, ConsistentRead: true, Segment, TotalSegments: SEGMENTS },
      );
      for await (const { Items = [] } of pages) {
        read += Items.length;
        search.onPage?.(read);
        const named = Items.filter((item) => mentions.in(textOf({ M: item })));
        found += named.length;
        for (const item of named) search.onItem?.(item);
        if (erase)
          await mapLimited(named, AT_ONCE, (item) => eraseItem(item, { tableName, keys, ...search }));
      }
    });
    return found;
  } catch (error) {
    throw tableError(tableName, error);
  }
}

interface SearchedTable extends TableSearch {
  readonly tableName: string;
  /** Names of its key attributes. */
  readonly keys: readonly string[];
}

async function eraseItem(item: Attributes, place: SearchedTable): Promise<void> {
  const { client, tableName: TableName, keys, subject, mentions, alias, keepsItems = false } = place;
  const Key = Object.fromEntries(keys.map((name) => [name, item[name] ?? { NULL: true }]));
  const isInKey = mentions.in(textOf({ M: Key }));
  const isOfNode = !keepsItems && subject.kind === "node" && (isInKey || item["nodeId"]?.S === subject.id);
  if (isOfNode || isInKey) {
    if (!isOfNode) await client.send(new PutItemCommand({ TableName, Item: renamed(item, mentions, alias) }));
    await client.send(new DeleteItemCommand({ TableName, Key }));
    return;
  }
  // A function may write the item at the same moment: then it is read again by the next search.
  await updateIfUnchanged(item, Key, place);
}

async function updateIfUnchanged(item: Attributes, Key: Attributes, place: SearchedTable): Promise<void> {
  const { client, tableName: TableName, mentions, alias } = place;
  const changed = Object.entries(item).filter(
    ([name, value]) => mentions.in(name) || mentions.in(textOf(value)),
  );
  const old = changed.filter(([name]) => mentions.in(name));
  const isVersioned = item[VERSION]?.N !== undefined;
  const same = isVersioned ? [[VERSION, item[VERSION]] as const] : plainAttributes(item, Key);
  const sets = changed.map((_, index) => `#new${index} = :new${index}`).join(", ");
  const removes = old.map((_, index) => `#gone${index}`).join(", ");
  const conditions = ["attribute_exists(#key)", ...same.map((_, index) => `#old${index} = :old${index}`)];
  await conditionHeld(
    client.send(
      new UpdateItemCommand({
        TableName,
        Key,
        UpdateExpression: `SET ${sets}${removes === "" ? "" : ` REMOVE ${removes}`}${isVersioned ? " ADD #old0 :one" : ""}`,
        ConditionExpression: conditions.join(" AND "),
        ExpressionAttributeNames: Object.fromEntries([
          ["#key", Object.keys(Key)[0]],
          ...changed.map(([name], index) => [`#new${index}`, mentions.replacedIn(name, alias)]),
          ...old.map(([name], index) => [`#gone${index}`, name]),
          ...same.map(([name], index) => [`#old${index}`, name]),
        ]),
        ExpressionAttributeValues: Object.fromEntries([
          ...changed.map(([, value], index) => [`:new${index}`, renamedValue(value, mentions, alias)]),
          ...same.map(([, value], index) => [`:old${index}`, value]),
          ...(isVersioned ? [[":one", { N: "1" }]] : []),
        ]),
      }),
    ),
  );
}

/** DynamoDB takes up to 300 operators in an expression. */
const MAX_CONDITIONS = 50;

/** Texts, numbers and flags of an item: a write without a version changes one of them. */
function plainAttributes(item: Attributes, key: Attributes): [name: string, value: AttributeValue][] {
  return Object.entries(item)
    .filter(([name, { S, N, BOOL }]) => !(name in key) && (S ?? N ?? BOOL) !== undefined)
    .slice(0, MAX_CONDITIONS);
}

function renamed(item: Attributes, mentions: Mentions, alias: string): Attributes {
  return Object.fromEntries(
    Object.entries(item).map(([name, value]) => [
      mentions.replacedIn(name, alias),
      renamedValue(value, mentions, alias),
    ]),
  );
}

function renamedValue(value: AttributeValue, mentions: Mentions, alias: string): AttributeValue {
  if (value.S !== undefined) return { S: mentions.replacedIn(value.S, alias) };
  if (value.SS !== undefined)
    return { SS: [...new Set(value.SS.map((one) => mentions.replacedIn(one, alias)))] };
  if (value.L !== undefined) return { L: value.L.map((one) => renamedValue(one, mentions, alias)) };
  if (value.M !== undefined) return { M: renamed(value.M, mentions, alias) };
  return value;
}

/** Returns all texts of a value, one per line. What is packed has no ids. */
function textOf(value: AttributeValue): string {
  if (value.S !== undefined) return value.S;
  if (value.SS !== undefined) return value.SS.join("\n");
  if (value.L !== undefined) return value.L.map(textOf).join("\n");
  if (value.M !== undefined)
    return Object.entries(value.M)
      .map(([name, one]) => `${name}\n${textOf(one)}`)
      .join("\n");
  return "";
}
