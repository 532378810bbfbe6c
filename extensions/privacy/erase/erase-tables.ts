import {
  type AttributeValue,
  DeleteItemCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  PutItemCommand,
  paginateScan,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { mapLimited } from "@rainhooks/core/collections";
import { isConditionTrue } from "@rainhooks/dynamodb/condition";
import { tableError } from "@rainhooks/dynamodb/errors";
import type { Attributes } from "@rainhooks/dynamodb/key";
import { outboxTable } from "../../forwarding/forwarding-tables.ts";
import { decodeEvents, packEvents } from "../../forwarding/outbox/entry.ts";
import { eraseLine } from "./erase-line.ts";
import { quartersOf, renamedGroup } from "./erase-readings.ts";
import type { Renaming } from "./rename.ts";
import { namesInTable } from "./rename-item.ts";

/** What reads tables for somebody's data. */
export interface TableSearch {
  /** A client that does not follow slots: both are searched. */
  readonly client: DynamoDBClient;
  readonly renaming: Renaming;
  /** Whether a value of a row is as the archive says, so that it stays. @defaultValue none is */
  readonly isSettled?: (table: string, item: Attributes, attribute: string) => boolean;
  /** Called with each item that names the subject, and whether it goes. */
  readonly onItem?: ((table: string, item: Attributes, goes: boolean) => void) | undefined;
  /** Called after each page. What it throws ends the work. */
  readonly onPage?: ((items: number) => void) | undefined;
}

/** A table by its name within a stage, and as it is deployed. */
export interface SearchedTable {
  readonly name: string;
  readonly tableName: string;
}

/**
 * The rules of a node are not deleted, because they decided about deliveries that are also about
 * others: the nodes of the rules get an alias. Audits stay, too, with an alias: they say who has
 * changed what.
 */
const KEPT = new Set(["audits", "filter-rules"]);
const SEGMENTS = 4;
const AT_ONCE = 16;
/**
 * Attribute that counts the writes of a row. A function that has read the row before must not write
 * it back.
 */
const VERSION = "version";

/**
 * Searches a table. Items of a node go; items of a user, and those that only name one or the other,
 * get an alias. Without `erase`, it only counts.
 *
 * @returns The number of items that name the subject.
 */
export async function eraseTable(
  { name, tableName }: SearchedTable,
  search: TableSearch,
  erase: boolean,
): Promise<number> {
  const { client, renaming, isSettled, onItem, onPage } = search;
  try {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: tableName }));
    const keys = (Table?.KeySchema ?? []).map(({ AttributeName = "" }) => AttributeName);
    const names = namesInTable(name, keys, renaming);
    const changeOf = (item: Attributes): ItemChange | undefined => {
      const isOfNode = names.isOfNode(item) && !KEPT.has(name);
      if (isOutboxEntry(name, item)) return changeOfEntry(item, isOfNode, renaming);
      // A rollup is made again when it is read.
      const quarters = quartersOf(name, item) ?? [];
      if (isOfNode || (quarters.length > 0 && renaming.names.mayBeIn(JSON.stringify(quarters))))
        return { item, changed: undefined };
      const renamed = renamedGroup(name, item, renaming) ?? names.renamed(item);
      const changed = Object.entries(renamed).filter(
        ([one]) => isSettled?.(name, item, one) !== true,
      );
      return changed.length === 0 ? undefined : { item, changed: Object.fromEntries(changed) };
    };
    let found = 0;
    let read = 0;
    await mapLimited([...Array(SEGMENTS).keys()], SEGMENTS, async (Segment) => {
      const pages = paginateScan(
        { client },
        { TableName: tableName, ConsistentRead: true, Segment, TotalSegments: SEGMENTS },
      );
      for await (const { Items = [] } of pages) {
        read += Items.length;
        onPage?.(read);
        const changes = Items.flatMap((item) => changeOf(item) ?? []);
        found += changes.length;
        for (const { item, changed } of changes) onItem?.(name, item, changed === undefined);
        if (erase)
          await mapLimited(changes, AT_ONCE, (one) => makeChange(one, { client, tableName, keys }));
      }
    });
    return found;
  } catch (error) {
    throw tableError(tableName, error);
  }
}

interface TablePlace {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  /** Names of its key attributes. */
  readonly keys: readonly string[];
}

/** Changes or deletes an item, unless it has changed meanwhile. */
export async function makeChange({ item, changed }: ItemChange, place: TablePlace): Promise<void> {
  const { client, tableName: TableName, keys } = place;
  const Key = Object.fromEntries(keys.map((name) => [name, item[name] ?? { NULL: true }]));
  if (changed !== undefined && !keys.some((name) => name in changed))
    // A function may write the item at the same moment: then it is read again by the next search.
    return updateIfUnchanged(item, { Key, changed }, place);
  if (changed !== undefined)
    await client.send(new PutItemCommand({ TableName, Item: { ...item, ...changed } }));
  await client.send(new DeleteItemCommand({ TableName, Key }));
}

async function updateIfUnchanged(
  item: Attributes,
  { Key, changed }: { readonly Key: Attributes; readonly changed: Attributes },
  { client, tableName: TableName }: TablePlace,
): Promise<void> {
  const isVersioned = item[VERSION]?.N !== undefined;
  const same = isVersioned ? [[VERSION, item[VERSION]] as const] : plainAttributes(item, Key);
  const sets = Object.keys(changed).map((_, index) => `#new${index} = :new${index}`);
  const conditions = [
    "attribute_exists(#key)",
    ...same.map((_, index) => `#old${index} = :old${index}`),
  ];
  await isConditionTrue(
    client.send(
      new UpdateItemCommand({
        TableName,
        Key,
        UpdateExpression: `SET ${sets.join(", ")}${isVersioned ? " ADD #old0 :one" : ""}`,
        ConditionExpression: conditions.join(" AND "),
        ExpressionAttributeNames: Object.fromEntries([
          ["#key", Object.keys(Key)[0]],
          ...Object.keys(changed).map((name, index) => [`#new${index}`, name]),
          ...same.map(([name], index) => [`#old${index}`, name]),
        ]),
        ExpressionAttributeValues: Object.fromEntries([
          ...Object.values(changed).map((value, index) => [`:new${index}`, value]),
          ...same.map(([, value], index) => [`:old${index}`, value]),
          ...(isVersioned ? [[":one", { N: "1" }]] : []),
        ]),
      }),
    ),
  );
}

/** DynamoDB takes up to 300 operators in an expression. */
const MAX_CONDITIONS = 50;

/**
 * Texts, numbers, flags and packed values of an item: a write without a version changes one of
 * them.
 */
function plainAttributes(
  item: Attributes,
  key: Attributes,
): [name: string, value: AttributeValue][] {
  return Object.entries(item)
    .filter(([name, { S, N, BOOL, B }]) => !(name in key) && (S ?? N ?? BOOL ?? B) !== undefined)
    .slice(0, MAX_CONDITIONS);
}

/** An item, and its attributes that change; without them, it goes. */
export interface ItemChange {
  readonly item: Attributes;
  readonly changed: Attributes | undefined;
}

type Waiting = ReturnType<typeof decodeEvents>[number];

/** Whether an item of a table has events that wait for a destination, packed. */
export function isOutboxEntry(table: string, item: Attributes): boolean {
  return table === outboxTable.name && item["events"]?.B !== undefined;
}

/** Returns the events of an entry; none if they cannot be read, for those are never sent. */
function eventsOf(item: Attributes): Waiting[] {
  try {
    return decodeEvents(item);
  } catch {
    return [];
  }
}

/** Returns those events of an entry that name a subject. */
export function eventsWith(item: Attributes, renaming: Renaming): Waiting[] {
  return eventsOf(item).filter(
    ({ delivery }) => eraseLine(JSON.stringify(delivery), renaming).kind !== "kept",
  );
}

/**
 * Returns what becomes of an entry of the outbox. Its events go, or are renamed. An entry of others
 * stays without them; one in the lane of the node goes with its last event.
 */
function changeOfEntry(
  item: Attributes,
  isOfNode: boolean,
  renaming: Renaming,
): ItemChange | undefined {
  let isChanged = false;
  const events = eventsOf(item).flatMap((one) => {
    const erased = eraseLine(JSON.stringify(one.delivery), renaming);
    if (erased.kind === "kept") return [one];
    isChanged = true;
    return erased.kind === "dropped" ? [] : [{ ...one, delivery: JSON.parse(erased.line) }];
  });
  if (isOfNode && events.length === 0) return { item, changed: undefined };
  return isChanged ? { item, changed: { events: packEvents(events) } } : undefined;
}
