/*
 * The job of time-series with Powertools: a conditional update for each reading. SERIES_TABLE is
 * the table with the readings.
 */
import { JSONStringified } from "@aws-lambda-powertools/parser/helpers";
import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { z } from "zod";
import { eventSchema, powertoolsHandler, updateIf } from "./powertools.ts";

const { SERIES_TABLE } = process.env;

const readingSchema = z.object({ t: z.number(), v: z.unknown() });
const seriesSchema = z.object({ name: z.string(), records: z.array(readingSchema) });
/** Readings come in a list, or as one reading. */
const payloadSchema = z.union([
  z.object({ ts_data: z.array(seriesSchema) }),
  readingSchema.extend({ name: z.string() }),
]);

/** A reading that is there already is not written again. */
async function writeReading(
  series: string,
  { t, v }: z.infer<typeof readingSchema>,
): Promise<void> {
  const update = new UpdateCommand({
    TableName: SERIES_TABLE,
    Key: { series, atMs: t * 1000 },
    UpdateExpression: "SET #value = :value",
    ConditionExpression: "attribute_not_exists(#value)",
    ExpressionAttributeNames: { "#value": "value" },
    ExpressionAttributeValues: { ":value": v },
  });
  await updateIf(update);
}

export const handler = powertoolsHandler(
  "time-series",
  eventSchema.extend({
    event_data: z.looseObject({ node_id: z.string(), payload: JSONStringified(payloadSchema) }),
  }),
  async ({ event_data: { node_id: nodeId, payload } }) => {
    const all =
      "ts_data" in payload ? payload.ts_data : [{ name: payload.name, records: [payload] }];
    for (const { name, records } of all)
      for (const reading of records) await writeReading(`${nodeId}#${name}`, reading);
  },
);
