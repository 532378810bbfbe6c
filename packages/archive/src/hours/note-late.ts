import { type DynamoDBClient, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { MINUTE_MS } from "@rainhooks/core";
import { type Attributes, conditionHeld, tableError } from "@rainhooks/dynamodb";
import { hourOf } from "../hour.ts";
import { PARTITION, SINCE } from "./table.ts";

/** Delay up to which a delivery is not late: every reader of a range of times looks that far anyway. */
export const USUAL_DELAY_MS = 15 * MINUTE_MS;

/** A table of late hours, and the client to write it with. */
export interface LateHours {
  readonly client: DynamoDBClient;
  readonly tableName: string;
}

/** Notes when deliveries were published that are archived now. */
export type NoteLate = (publishedMs: readonly number[], nowMs: number) => Promise<void>;

/**
 * Creates a function that notes the greatest delay of each hour of arrival, so that readers find late deliveries without looking at
 * every later hour. It must be called before the deliveries are archived. Delays are rounded up to the next power of two, and what this
 * function has noted before is not written again: an outage of a day is about ten writes per hour and instance, and deliveries in time
 * are none.
 *
 * @throws {RainhooksError} `sink-unavailable` or `throttled` when the table cannot be written.
 */
export function noteLateHours(table: LateHours): NoteLate {
  const noted = new Map<string, number>();
  let isSinceNoted = false;
  return async (publishedMs, nowMs) => {
    if (!isSinceNoted) await noteOnce(table, SINCE, "sinceMs", nowMs, "attribute_not_exists(sinceMs)");
    isSinceNoted = true;
    const oldestMs = publishedMs.reduce((oldest, one) => Math.min(oldest, one), nowMs);
    if (nowMs - oldestMs <= USUAL_DELAY_MS) return;
    const hour = hourOf(nowMs);
    const delayMs = roundedUp(nowMs - oldestMs);
    if ((noted.get(hour) ?? 0) >= delayMs) return;
    await noteOnce(table, hour, "delayMs", delayMs, "attribute_not_exists(delayMs) OR delayMs < :value");
    noted.clear();
    noted.set(hour, delayMs);
  };
}

/** Returns the next power of two minutes. */
function roundedUp(delayMs: number): number {
  return MINUTE_MS * 2 ** Math.ceil(Math.log2(delayMs / MINUTE_MS));
}

async function noteOnce(
  { client, tableName }: LateHours,
  hour: string,
  name: string,
  value: number,
  condition: string,
): Promise<void> {
  const Key: Attributes = { archive: { S: PARTITION }, hour: { S: hour } };
  try {
    await conditionHeld(
      client.send(
        new UpdateItemCommand({
          TableName: tableName,
          Key,
          UpdateExpression: `SET ${name} = :value`,
          ConditionExpression: condition,
          ExpressionAttributeValues: { ":value": { N: String(value) } },
        }),
      ),
    );
  } catch (error) {
    throw tableError(tableName, error);
  }
}
