import { EVENT_TYPES, type EventType } from "@rainhooks/core/catalog";
import { readDelivery } from "@rainhooks/core/deliveries/read";
import { WORKER_BENCHES } from "@rainhooks/extensions/bench";
import type { QueuedFunction } from "@rainhooks/webhook/define-function";
import type { SQSRecord } from "aws-lambda";
import { recordOf, recordOfChange } from "../events.ts";

/** Lambda's limit of the payload of an invocation. */
export const MAX_PAYLOAD_BYTES = 6 * 1024 * 1024;
/**
 * SNS accepts 256 KiB; the envelopes of SNS and SQS escape the message, which makes it a little
 * larger.
 */
const LARGE_BYTES = 230_000;
const START_MS = Date.UTC(2026, 0) + 1;
/** The bytes of `{"Records":[]}`. */
const FRAME_BYTES = 14;

/** What records are like: of the size that events usually have, or as large as SNS allows. */
type Kind = "usual" | "large";

/** Returns usual records of distinct nodes; for a worker, messages that forward them. */
export function usualRecords(definition: QueuedFunction, count: number, from = 0): SQSRecord[] {
  return Array.from({ length: count }, (_, index) => recordFor(definition, "usual", from + index));
}

/**
 * Makes the record of an event for a webhook that wants some events, or for a worker, which gets
 * all of them from another function.
 */
function recordFor(definition: QueuedFunction, kind: Kind, index: number): SQSRecord {
  const make = kind === "usual" ? usualEvent : largeEvent;
  return definition.trigger === "topics"
    ? make(definition.events, index)
    : messageOf(definition.name, make(EVENT_TYPES, index));
}

/** Wraps the record of an event in a message to a worker. */
function messageOf(worker: string, record: SQSRecord): SQSRecord {
  const delivery = readDelivery(record);
  const of = WORKER_BENCHES.find(({ workers }) => workers.includes(worker));
  const attributes = { ...record.attributes, SentTimestamp: String(delivery.sentAtMs) };
  return {
    ...record,
    attributes,
    messageAttributes: {},
    body: of?.bodyOf(delivery) ?? record.body,
  };
}

function usualEvent(events: readonly EventType[], index: number): SQSRecord {
  const nodeId = `node-${index}`;
  if (events.includes("rmaker.event.node_connected"))
    return recordOfChange({ nodeId, state: "online", atMs: START_MS + index });
  return readings(nodeId, index, 3);
}

function largeEvent(events: readonly EventType[], index: number): SQSRecord {
  const nodeId = `node-${index}`;
  if (!events.includes("rmaker.event.node_config_changed"))
    return readings(nodeId, index, LARGE_BYTES / 22);
  const padding = "x".repeat(LARGE_BYTES);
  const config = { info: { name: "Kitchen", fw_version: "1.4.2" }, padding };
  return recordOf("rmaker.event.node_config_changed", START_MS + index, {
    node_id: nodeId,
    config,
  });
}

/** An event with a number of readings of one series, one a second. */
function readings(nodeId: string, index: number, count: number): SQSRecord {
  const firstS = Math.floor(START_MS / 1000) - Math.ceil(count);
  const records = Array.from({ length: count }, (_, at) => ({ t: firstS + at, v: at % 100 }));
  const ts_data = [{ name: "Sensor.Temperature", dt: "int", records }];
  return recordOf("rmaker.event.node_ts_data", START_MS + index, { node_id: nodeId, ts_data });
}

/**
 * Returns as many records as a payload can have; for a worker, up to a batch: attempts take their
 * time.
 */
export function fullPayload(definition: QueuedFunction, kind: Kind): SQSRecord[] {
  const records: SQSRecord[] = [];
  let bytes = FRAME_BYTES;
  const maxRecords =
    definition.trigger === "topics" ? Number.POSITIVE_INFINITY : definition.batch.size;
  for (let index = 0; index < maxRecords; index += 1) {
    const record = recordFor(definition, kind, index);
    bytes += Buffer.byteLength(JSON.stringify(record)) + 1;
    if (bytes > MAX_PAYLOAD_BYTES) return records;
    records.push(record);
  }
  return records;
}
