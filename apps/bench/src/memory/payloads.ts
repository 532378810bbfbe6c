import { EVENT_TYPES, type EventType, readDelivery } from "@rainhooks/core";
import { formatAttemptMessage } from "@rainhooks/forwarding";
import { sqsRecordOf } from "@rainhooks/testing";
import type { QueuedFunction } from "@rainhooks/webhook/define";
import type { SQSRecord } from "aws-lambda";
import { deliveryId, recordOfChange } from "../connections.ts";

/** Lambda's limit of the payload of an invocation. */
export const MAX_PAYLOAD_BYTES = 6 * 1024 * 1024;
/** SNS accepts 256 KiB; the envelopes of SNS and SQS escape the message, which makes it a little larger. */
const LARGE_BYTES = 230_000;
const START_MS = Date.UTC(2026, 0) + 1;
/** The bytes of `{"Records":[]}`. */
const FRAME_BYTES = 14;

/** Returns records of distinct nodes, of the size that events usually have; for a worker, messages that forward them. */
export function usualRecords(definition: QueuedFunction, count: number, from = 0): SQSRecord[] {
  return Array.from({ length: count }, (_, index) => usualRecord(definition, from + index));
}

function usualRecord(definition: QueuedFunction, index: number): SQSRecord {
  return recordFor(definition, (events) => usualEvent(events, index));
}

/** Makes the record of an event for a webhook that wants some events, or for a worker, which gets all of them from another function. */
function recordFor(definition: QueuedFunction, make: (events: readonly EventType[]) => SQSRecord): SQSRecord {
  return definition.trigger === "topics" ? make(definition.events) : attemptOf(make(EVENT_TYPES));
}

/** Wraps the record of an event in a message to the destination of the benchmarks. */
function attemptOf(record: SQSRecord): SQSRecord {
  const delivery = readDelivery(record);
  const { id, sentAtMs } = delivery;
  const message = { destination: "bench", webhookId: id, attempt: 1, sentAtMs, delivery };
  const attributes = { ...record.attributes, SentTimestamp: String(sentAtMs) };
  return { ...record, attributes, messageAttributes: {}, body: formatAttemptMessage(message) };
}

function usualEvent(events: readonly EventType[], index: number): SQSRecord {
  const nodeId = `node-${index}`;
  if (events.includes("rmaker.event.node_connected"))
    return recordOfChange({ nodeId, state: "online", atMs: START_MS + index }, deliveryId(index));
  return readings(nodeId, index, 3);
}

/** Returns records as large as SNS allows, of distinct nodes. */
function largeRecord(definition: QueuedFunction, index: number): SQSRecord {
  return recordFor(definition, (events) => largeEvent(events, index));
}

function largeEvent(events: readonly EventType[], index: number): SQSRecord {
  const nodeId = `node-${index}`;
  if (!events.includes("rmaker.event.node_config_changed")) return readings(nodeId, index, LARGE_BYTES / 22);
  const padding = "x".repeat(LARGE_BYTES);
  const config = { info: { name: "Kitchen", fw_version: "1.4.2" }, padding };
  return recordOf("rmaker.event.node_config_changed", index, { node_id: nodeId, config });
}

/** An event with a number of readings of one series, one a second. */
function readings(nodeId: string, index: number, count: number): SQSRecord {
  const firstS = Math.floor(START_MS / 1000) - Math.ceil(count);
  const records = Array.from({ length: count }, (_, at) => ({ t: firstS + at, v: at % 100 }));
  const ts_data = [{ name: "Sensor.Temperature", dt: "int", records }];
  return recordOf("rmaker.event.node_ts_data", index, { node_id: nodeId, ts_data });
}

function recordOf(type: string, index: number, event_data: object): SQSRecord {
  const body = JSON.stringify({
    event_version: "v1",
    event_type: type,
    timestamp: START_MS + index,
    event_data,
  });
  const attributes = { event_type: type };
  return sqsRecordOf({
    id: deliveryId(index),
    sentAtMs: START_MS + index,
    topic: undefined,
    attributes,
    body,
  });
}

/** Returns as many records as a payload can have; for a worker, up to a batch: attempts take their time. */
export function fullPayload(definition: QueuedFunction, kind: "usual" | "large"): SQSRecord[] {
  const records: SQSRecord[] = [];
  let bytes = FRAME_BYTES;
  const maxRecords = definition.trigger === "topics" ? Number.POSITIVE_INFINITY : definition.batch.size;
  for (let index = 0; index < maxRecords; index += 1) {
    const record = kind === "usual" ? usualRecord(definition, index) : largeRecord(definition, index);
    bytes += Buffer.byteLength(JSON.stringify(record)) + 1;
    if (bytes > MAX_PAYLOAD_BYTES) return records;
    records.push(record);
  }
  return records;
}
