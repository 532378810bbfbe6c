import { isDeepStrictEqual } from "node:util";
import { type AttributeValue, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { nodesOf, type RainmakerEvent } from "@rainhooks/core/event";
import type { Attributes } from "@rainhooks/dynamodb/key";
import { nameWithoutSlot } from "@rainhooks/dynamodb/slots/slot";
import type { TableDescription } from "@rainhooks/dynamodb/table-description";
import { encodeNode } from "@rainhooks/node-status/node-item";
import { nodeStatusTable, nodeTimelineTable } from "@rainhooks/node-status/node-status-tables";
import { project } from "@rainhooks/node-status/project";
import { tagItems } from "@rainhooks/node-status/tags";
import { alertItem } from "@rainhooks/node-status/timeline-item";
import { type ErasedLine, readLine } from "./erase-line.ts";
import { makeChange, type SearchedTable, type TableSearch } from "./erase-tables.ts";
import { namesInTable } from "./rename-item.ts";

/** How often a row is read at most that functions write at the same moment. */
const MAX_TRIES = 3;
/** Key attributes of both tables of node status. */
const KEYS = ["nodeId", "item"];

/**
 * Rows of node status whose texts follow from the archive: in it more is known of an event than in
 * a row, in which a text is cut, and says not whose names are in it.
 */
export class ArchivedRows {
  readonly #settled = new Set<string>();
  readonly #tables: readonly SearchedTable[];
  readonly #search: TableSearch;

  constructor(tables: readonly SearchedTable[], search: TableSearch) {
    this.#tables = tables;
    this.#search = search;
  }

  /** Number of values that a search of the tables has to leave as they are. */
  get size(): number {
    return this.#settled.size;
  }

  /** Whether a value of a row is as the archive says. */
  has(table: string, item: Attributes, name: string): boolean {
    return valueIds(table, item, name).some((id) => this.#settled.has(id));
  }

  /**
   * Makes the rows of an event what the event makes of them after the erasure, where the search of
   * the tables makes something else of them.
   *
   * @param erase False: the rows stay, and are only noted.
   */
  async settle(line: string, erased: ErasedLine, erase: boolean): Promise<void> {
    const { renaming } = this.#search;
    if (erased.kind === "dropped" || !renaming.names.mayBeIn(line)) return;
    const next = rowsOf(erased.kind === "kept" ? line : erased.line);
    const { id, kind } = renaming.names.subject;
    const own = ([, { nodeId }]: RowOfTable) => kind === "user" || nodeId?.S !== id;
    for (const [index, [table, row]] of rowsOf(line).filter(own).entries()) {
      const before = { ...row, ...namesInTable(table.name, KEYS, renaming).renamed(row) };
      const after = next[index]?.[1];
      if (after === undefined || isDeepStrictEqual(before, after)) continue;
      const known = new Set(
        Object.keys(after).flatMap((name) => valueIds(table.name, before, name)),
      );
      for (const valueId of Object.keys(after).flatMap((name) => valueIds(table.name, after, name)))
        if (!known.has(valueId)) this.#settled.add(valueId);
      if (erase) await this.#change(table, before, after);
    }
  }

  async #change({ name }: TableDescription, before: Attributes, after: Attributes): Promise<void> {
    const { client } = this.#search;
    const Key = Object.fromEntries(KEYS.map((key) => [key, before[key] ?? { NULL: true }]));
    const tables = this.#tables.filter((one) => nameWithoutSlot(one.name) === name);
    for (const { tableName } of tables.flatMap((one) =>
      Array<SearchedTable>(MAX_TRIES).fill(one),
    )) {
      // A function may write the row at the same moment: then it is read again.
      const read = new GetItemCommand({ TableName: tableName, Key, ConsistentRead: true });
      const { Item: item } = await client.send(read);
      if (item === undefined) continue;
      const changed = Object.fromEntries(
        Object.entries(after).flatMap(([one, value]) => {
          const set = replaced(item[one], before[one], value);
          return set === undefined || isDeepStrictEqual(set, item[one]) ? [] : [[one, set]];
        }),
      );
      if (Object.keys(changed).length > 0)
        await makeChange({ item, changed }, { client, tableName, keys: KEYS });
    }
  }
}

/**
 * Returns what tells a value of a row from others; of a list, each of its values: it is of many
 * events.
 */
function valueIds(table: string, item: Attributes, name: string): string[] {
  const key = KEYS.map((one) => (one === name ? undefined : item[one]?.S));
  const values = item[name]?.L ?? [item[name]];
  return values.map((value) => JSON.stringify([nameWithoutSlot(table), ...key, name, value]));
}

/**
 * Returns a value with what an event makes of it now, where it has what the event made of it
 * before.
 */
function replaced(
  value: AttributeValue | undefined,
  before: AttributeValue | undefined,
  after: AttributeValue,
): AttributeValue | undefined {
  if (isDeepStrictEqual(value, before)) return after;
  const parts = before?.L ?? [];
  return (
    value?.L && {
      L: value.L.map(
        (one) => after.L?.[parts.findIndex((part) => isDeepStrictEqual(part, one))] ?? one,
      ),
    }
  );
}

type RowOfTable = readonly [table: TableDescription, row: Attributes];

/** Returns the rows that a delivery makes, as if there were no other. */
function rowsOf(line: string): RowOfTable[] {
  const { event } = readLine(line);
  return event === undefined ? [] : rowsOfEvent(event);
}

function rowsOfEvent(event: RainmakerEvent): RowOfTable[] {
  const facts = project([event], 0);
  const alert = alertItem(event, 0);
  return [
    ...nodesOf(event).map((nodeId) => [nodeStatusTable, encodeNode(facts, nodeId)] as const),
    ...tagItems(event).map((item) => [nodeStatusTable, item] as const),
    ...(alert === undefined ? [] : [[nodeTimelineTable, alert] as const]),
  ];
}
