import type { Attributes } from "@rainhooks/dynamodb/key";
import type { TableAccess } from "@rainhooks/dynamodb/read-all";
import { shardedItems } from "@rainhooks/dynamodb/sharded-index";
import type { byDayIndex, byDueIndex, byOpenIndex } from "../watch-tables.ts";
import { shardsOf, timeText } from "./alarm-item.ts";

/** A range of an index of alarms. */
interface IndexRange {
  /** What the partitions are about: a rule, a day, or what is due. */
  readonly key: string;
  /** The times of the sort key, both inclusive, epoch milliseconds. */
  readonly fromMs?: number | undefined;
  readonly toMs?: number | undefined;
  readonly newestFirst?: boolean | undefined;
  /** How many keys are expected to be taken. */
  readonly expected?: number | undefined;
}

/** Yields the primary keys and index keys of alarms of an index, in the order of their times. */
export function keysIn(
  table: TableAccess,
  index: typeof byOpenIndex | typeof byDayIndex | typeof byDueIndex,
  { key, fromMs = 0, toMs = Number.MAX_SAFE_INTEGER, newestFirst: descending, expected }: IndexRange,
): AsyncGenerator<Attributes> {
  const [first, last] = [timeText(fromMs), `${timeText(toMs)}#~`];
  return shardedItems(table, { index, shards: shardsOf(key), first, last, descending, expected });
}
