import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { decode, type RainmakerEvent } from "@rainhooks/core";
import { writeRules } from "@rainhooks/filter";
import { nodeStatusSink, takeSample } from "@rainhooks/node-status";
import { deliveryOf } from "@rainhooks/testing";
import { type TimeSeriesEvent, timeSeriesSink } from "@rainhooks/time-series";

const HOUR_MS = 3_600_000;
/** When the node `kitchen` connected first, epoch milliseconds. */
const START_MS = Date.UTC(2024, 10, 24, 8);

/**
 * Writes the nodes that the examples read: `kitchen`, which was offline for half an hour and is online, and `garden`, which is
 * offline. `kitchen` has an alert, a series of temperatures, one per hour, and a filter rule. There is one sample of the fleet.
 *
 * @param nameOf Returns the deployed name of a table.
 */
export async function seed(client: DynamoDBClient, nameOf: (table: string) => string): Promise<void> {
  const nodes = nodeStatusSink({
    client,
    tableName: nameOf("node-status"),
    timelineTableName: nameOf("node-timeline"),
    timelineDays: 90,
    seenIntervalMs: HOUR_MS,
  });
  const points = timeSeriesSink({
    client,
    tableName: nameOf("time-series"),
    rollupsTableName: nameOf("time-series-rollups"),
    nowMs: () => START_MS + 4 * HOUR_MS,
    retentionDays: 0,
  });
  const items = nodeEvents().map((value, index) => ({ id: String(index), value }));
  const failures = [
    ...(await nodes.write(items)),
    ...(await points.write([{ id: "temperatures", value: temperatures() }])),
  ];
  const rule = { level: "node", entityId: "kitchen", eventType: "rmaker.event.node_connected" } as const;
  await writeRules(
    { client, tableName: nameOf("filter-rules") },
    [{ ...rule, enabled: false, integrations: [] }],
    [],
    { fromMs: 0 },
  );
  await takeSample({
    client,
    tableName: nameOf("node-status"),
    samplesTableName: nameOf("fleet-samples"),
    nowMs: START_MS + 4 * HOUR_MS,
  });
  const [failure] = failures;
  if (failure !== undefined) throw failure.error;
}

function nodeEvents(): RainmakerEvent[] {
  const info = { name: "Thermostat", fw_version: "1.2.0", type: "thermostat", model: "esp32c3" };
  return [
    event("node_config_changed", START_MS, { node_id: "kitchen", config: { info } }),
    event("node_connected", START_MS, { node_id: "kitchen" }),
    event("alert", START_MS + HOUR_MS / 2, { node_id: "kitchen", message_body: "Too hot" }),
    event("node_disconnected", START_MS + HOUR_MS, { node_id: "kitchen" }),
    event("node_connected", START_MS + 1.5 * HOUR_MS, { node_id: "kitchen" }),
    event("node_disconnected", START_MS - 12 * HOUR_MS, { node_id: "garden" }),
  ];
}

function temperatures(): TimeSeriesEvent {
  const records = [20.5, 21, 21.5, 22].map((v, index) => ({ t: (START_MS + index * HOUR_MS) / 1000, v }));
  const ts_data = [{ name: "Thermostat.Temperature", dt: "float", records }];
  return event("node_ts_data", START_MS + 4 * HOUR_MS, { node_id: "kitchen", ts_data }) as TimeSeriesEvent;
}

function event(type: string, timestamp: number, event_data: object): RainmakerEvent {
  const body = { event_type: `rmaker.event.${type}`, timestamp, event_data };
  const decoded = decode(deliveryOf(body, { sentAtMs: timestamp }));
  if (decoded.kind === "event") return decoded.event;
  throw new Error(`The sample ${type} is not an event: ${JSON.stringify(decoded)}`);
}
