import type { EventType } from "@rainhooks/core";
import type { Webhook } from "@rainhooks/webhook/define";
import { embeddedMetrics, noMetrics } from "@rainhooks/webhook/metrics";
import * as a from "./assumptions.ts";
import {
  FIREHOSE_RECORD_BYTES,
  FIREHOSE_STEP_BYTES,
  GB,
  ITEM_OVERHEAD_BYTES,
  PRICE,
  SQS_STEP_BYTES,
} from "./prices.ts";

/** Dollars per month, by what they are for. */
export type Bill = Readonly<Record<string, number>>;

/** Returns the monthly cost of a webhook for a number of nodes. */
export function webhookBill(webhook: Webhook, nodes: number): Bill {
  const messages = perDay(webhook.events) * nodes * a.DAYS;
  const perSecond = messages / (a.DAYS * 86_400);
  // A batch is full, or holds what arrives in its batching window.
  const batch = Math.min(webhook.batch.size, Math.max(1, perSecond * webhook.batch.windowS));
  return {
    ...queueBill(messages, batch),
    ...functionBill(webhook, messages / batch, batch),
    "filter rules (reads)": webhook.filtered
      ? messages * a.RULES_PER_EVENT * a.CACHE_MISS_SHARE * 0.5 * PRICE.dynamoRead
      : 0,
    ...storeBill(webhook.name, messages, batch, nodes),
  };
}

function perDay(events: readonly EventType[]): number {
  return events.reduce((sum, type) => sum + (a.MESSAGES_PER_DAY[type] ?? 0), 0);
}

/** One request receives or deletes up to ten messages. Pollers that find nothing are billed, too. */
function queueBill(messages: number, batch: number): Bill {
  const requests = messages * (1 + 2 / Math.min(10, batch)) * Math.ceil(a.ENVELOPE_BYTES / SQS_STEP_BYTES);
  const monthS = a.DAYS * 86_400;
  const polls = (a.POLLERS * monthS) / a.POLL_S;
  // A poller that gets messages does not wait.
  const empty = Math.max(0, polls - messages / Math.min(10, batch));
  return {
    "queue (requests)": requests * PRICE.sqsRequest,
    "queue (empty receives)": empty * PRICE.sqsRequest,
  };
}

function functionBill(webhook: Webhook, invocations: number, batch: number): Bill {
  const gbS =
    (invocations * (a.INVOCATION_MS + a.RECORD_MS * batch) * webhook.function.memoryMiB) / 1000 / 1024;
  const dimensions = { Stage: "prod", Webhook: webhook.name };
  const ages = Array.from({ length: Math.round(batch) }, () => 1234);
  const metricLine = embeddedMetrics(dimensions, noMetrics(), ages, Date.UTC(2026, 10, 1));
  const logBytes = invocations * (metricLine.length + a.PLATFORM_LOG_BYTES);
  const metrics = Object.keys(noMetrics()).length + 1;
  return {
    function: invocations * PRICE.lambdaRequest + gbS * PRICE.lambdaGbS,
    logs: (logBytes / GB) * (PRICE.logGb + PRICE.logGbMonth),
    metrics: metrics * PRICE.metricMonth,
  };
}

function storeBill(name: string, messages: number, batch: number, nodes: number): Bill {
  if (name === "archive") return archiveBill(messages, batch);
  if (name === "node-status") return statusBill(nodes);
  if (name === "time-series") return seriesBill(messages);
  return {};
}

function archiveBill(messages: number, batch: number): Bill {
  const packet = Math.min(batch * a.LINE_BYTES, FIREHOSE_RECORD_BYTES);
  const billed =
    (messages * a.LINE_BYTES * Math.ceil(packet / FIREHOSE_STEP_BYTES) * FIREHOSE_STEP_BYTES) / packet;
  return {
    Firehose: (billed / GB) * PRICE.firehoseGb,
    "S3 (objects)": a.OBJECTS_PER_HOUR * 24 * a.DAYS * PRICE.s3Put,
    "S3 (one month of deliveries)": ((messages * a.LINE_BYTES * a.ZIPPED_SHARE) / GB) * PRICE.s3GbMonth,
  };
}

/**
 * Cost of node status. A connect or disconnect needs two writes: the status, and the index of offline nodes. One write more moves
 * many of them to the timeline. An alert needs two writes: the status, and the timeline. Any other change needs one write. Events that
 * only show that the node is alive need one write per hour. Each written event also needs half a read unit.
 */
function statusBill(nodes: number): Bill {
  const transitions = perDay(["rmaker.event.node_connected", "rmaker.event.node_disconnected"]);
  const alerts = perDay(["rmaker.event.alert"]);
  const others = perDay(["rmaker.event.node_config_changed"]);
  const seen = Math.min(24, perDay(["rmaker.event.node_params_changed", "rmaker.event.node_ts_data"]));
  const days = nodes * a.DAYS;
  const moves = transitions / a.TRANSITIONS_PER_ITEM;
  const entries = alerts * (a.TIMELINE_ITEM_BYTES + ITEM_OVERHEAD_BYTES);
  const moved = transitions * a.TRANSITION_BYTES + moves * (a.TIMELINE_ITEM_BYTES + ITEM_OVERHEAD_BYTES);
  const timeline = (entries + moved) * a.TIMELINE_RETENTION_DAYS;
  const row = a.ROW_BYTES + a.INDEX_ENTRY_BYTES + 2 * ITEM_OVERHEAD_BYTES;
  return {
    "tables (writes)": days * (2 * transitions + moves + 2 * alerts + others + seen) * PRICE.dynamoWrite,
    "tables (reads)": days * 0.5 * (transitions + alerts + others + seen) * PRICE.dynamoRead,
    ...keptBill(nodes * (row + timeline)),
  };
}

function seriesBill(messages: number): Bill {
  const points = (messages / a.DAYS) * a.POINT_RETENTION_DAYS;
  return {
    "tables (writes)": messages * PRICE.dynamoWrite,
    ...keptBill(points * (a.POINT_BYTES + ITEM_OVERHEAD_BYTES)),
  };
}

function keptBill(bytes: number): Bill {
  return {
    "tables (stored)": (bytes / GB) * PRICE.dynamoGbMonth,
    "tables (point-in-time recovery)": (bytes / GB) * PRICE.dynamoBackupGbMonth,
  };
}
