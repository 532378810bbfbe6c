import { addToHour, type HourTopics } from "@rainhooks/archive/hour";
import { tableCall } from "@rainhooks/dynamodb/errors";
import type { Attributes } from "@rainhooks/dynamodb/key";
import { scanAll, type TableAccess } from "@rainhooks/dynamodb/read-all";
import { type StageAccess, tableOf } from "../stage-access.ts";

/** The days of erased deliveries have this before the day, such as `day#2026/11/24`. */
export const ERASED_DAY = "day#";

/** The table of a stage's erasures. */
export function erasureTable(access: StageAccess): TableAccess {
  return { client: access.clients.dynamodb, tableName: tableOf(access, "erasures") };
}

/**
 * Reads how many deliveries were taken out of the archive of a stage; one without the table, which
 * the part `privacy` has, has erased nothing.
 */
export async function erasedOf(access: StageAccess): Promise<HourTopics> {
  return access.outputs.tables["erasures"] === undefined
    ? new Map()
    : readErased(erasureTable(access));
}

/**
 * Reads how many deliveries were taken out of the archive at most, by hour of publishing and by
 * topic.
 */
export async function readErased(table: TableAccess): Promise<HourTopics> {
  const items = await scanErasures(table, {
    FilterExpression: "begins_with(part, :day)",
    ExpressionAttributeValues: { ":day": { S: ERASED_DAY } },
  });
  const erased = new Map<string, Map<string, number>>();
  for (const { erasure: _id, part, ...counts } of items)
    for (const [name, value] of Object.entries(counts)) {
      const [at = "", topic = ""] = name.split(" ");
      const hour = `${part?.S?.slice(ERASED_DAY.length)}/${at}`;
      addToHour(erased, hour, topic, Number(value.N));
    }
  return erased;
}

/** Reads the items of the table that pass a filter. */
export async function scanErasures(
  table: TableAccess,
  filter: { FilterExpression: string; ExpressionAttributeValues: Attributes },
): Promise<Attributes[]> {
  return tableCall(table.tableName, () => scanAll(table, { ConsistentRead: true, ...filter }));
}
