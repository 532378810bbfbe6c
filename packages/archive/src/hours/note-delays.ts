import { UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { MINUTE_MS } from "@rainhooks/core/durations";
import { isConditionTrue } from "@rainhooks/dynamodb/condition";
import { tableError } from "@rainhooks/dynamodb/errors";
import type { TableAccess } from "@rainhooks/dynamodb/read-all";
import { hourOf } from "../hour.ts";
import { hourKey } from "./hours-table.ts";

/**
 * Delay up to which a delivery is not late: every reader of a range of times looks that far anyway.
 */
export const USUAL_DELAY_MS = 15 * MINUTE_MS;

/** Notes when deliveries were published that are archived now. */
export type NoteDelays = (publishedMs: readonly number[], nowMs: number) => Promise<void>;

/**
 * Creates a function that notes the greatest delay of each hour of arrival, so that readers find
 * late deliveries without looking at every later hour. It must be called before the deliveries are
 * archived. An hour without late deliveries is noted with a delay of 0: hours that nobody has noted
 * must be read. Delays are rounded up to the next power of two, and what this function has noted
 * before is not written again: that is one write per hour and instance, and about ten during an
 * outage of a day.
 *
 * @throws {RainhooksError} `sink-unavailable` or `throttled` when the table cannot be written.
 */
export function noteDelays({ client, tableName }: TableAccess): NoteDelays {
  const noted = new Map<string, number>();
  return async (publishedMs, nowMs) => {
    const oldestMs = publishedMs.reduce((oldest, one) => Math.min(oldest, one), nowMs);
    const hour = hourOf(nowMs);
    const delayMs = nowMs - oldestMs <= USUAL_DELAY_MS ? 0 : roundedUp(nowMs - oldestMs);
    if ((noted.get(hour) ?? -1) >= delayMs) return;
    const update = new UpdateItemCommand({
      TableName: tableName,
      Key: hourKey(hour),
      UpdateExpression: "SET delayMs = :delay",
      ConditionExpression: "attribute_not_exists(delayMs) OR delayMs < :delay",
      ExpressionAttributeValues: { ":delay": { N: String(delayMs) } },
    });
    await isConditionTrue(client.send(update)).catch((error: unknown) => {
      throw tableError(tableName, error);
    });
    noted.clear();
    noted.set(hour, delayMs);
  };
}

/** Returns the next power of two minutes. */
function roundedUp(delayMs: number): number {
  return MINUTE_MS * 2 ** Math.ceil(Math.log2(delayMs / MINUTE_MS));
}
