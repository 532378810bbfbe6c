import type { EventType } from "@rainhooks/core/catalog";
import { BILLED_STEP_BYTES } from "@rainhooks/sinks/firehose/limits";
import { GB } from "@rainhooks/stage/cost/prices";
import { type Bill, invocationsUsage, logsUsage } from "@rainhooks/stage/cost/usage";
import type { Webhook } from "@rainhooks/webhook/define-function";
import type { PerEvent } from "@rainhooks/webhook/load";
import { embeddedMetrics, noMetrics } from "@rainhooks/webhook/observe/metrics";
import { MESSAGES_PER_DAY, perDay } from "../fleet.ts";
import * as a from "./assumptions.ts";

/** SQS bills a message of more than 64 KB as several requests. */
const SQS_STEP_BYTES = 65_536;
const FIREHOSE_RECORD_BYTES = 1000 * 1024;

/** Returns what a webhook takes in a month, for a number of nodes. */
export function webhookBill(webhook: Webhook, nodes: number): Bill {
  const messages = perDay(webhook.events) * nodes * a.DAYS;
  const perSecond = messages / (a.DAYS * 86_400);
  // A batch is full, or holds what arrives in its batching window.
  const batch = Math.min(webhook.batch.size, Math.max(1, perSecond * webhook.batch.windowS));
  return {
    ...queueBill(messages, batch, webhook.replay !== "refuse"),
    ...functionBill(webhook, messages / batch, batch),
    "filter rules (reads)": { dynamoRead: webhook.filtered ? ruleReads(webhook) : 0 },
    ...writesBill(webhook, nodes),
    ...readsBill(webhook, nodes),
    ...keptBill(webhook, nodes),
    ...streamBill(webhook, messages, batch),
  };
}

/** Each instance reads one rule per event type each minute, and which levels have rules. */
function ruleReads({ events }: Webhook): number {
  const minutes = a.DAYS * 24 * 60;
  return a.RULE_READERS * minutes * (events.length + 1) * 0.5;
}

/**
 * Returns the requests that messages of a topic take in a queue: one request receives or deletes up
 * to ten.
 */
function queueRequests(messages: number, batch: number): number {
  return messages * (1 + 2 / Math.min(10, batch)) * Math.ceil(a.ENVELOPE_BYTES / SQS_STEP_BYTES);
}

/** Pollers that find nothing are billed, too. */
function queueBill(messages: number, batch: number, hasReplayQueue: boolean): Bill {
  const requests = queueRequests(messages, batch);
  // A poller that gets messages does not wait.
  const empty = Math.max(0, MONTHLY_POLLS - messages / Math.min(10, batch));
  return {
    "queue (requests)": { sqsRequest: requests },
    // The queue of replays is empty nearly always.
    "queue (empty receives)": { sqsRequest: empty + (hasReplayQueue ? MONTHLY_POLLS : 0) },
  };
}

const MONTHLY_POLLS = (a.POLLERS * a.DAYS * 86_400) / a.POLL_S;

/**
 * Returns what a queue that gets no messages takes in a month, and its function, which is not
 * invoked.
 */
export function idleBill(): Bill {
  return queueBill(0, 1, false);
}

function functionBill(webhook: Webhook, invocations: number, batch: number): Bill {
  const dimensions = { Stage: "prod", Webhook: webhook.name };
  const ages = Array.from({ length: Math.round(batch) }, () => 1234);
  const metricLine = embeddedMetrics(
    dimensions,
    { ...noMetrics(), Received: ages.length, Delivered: ages.length },
    { eventAgesMs: ages },
    Date.UTC(2026, 10, 1),
  );
  return {
    function: invocationsUsage(webhook, invocations, batch),
    logs: logsUsage(invocations, metricLine.length),
    metrics: { metricMonth: a.METRICS },
  };
}

/** What the load of a webhook says that its events write. */
function writesBill({ load, events }: Webhook, nodes: number): Bill {
  const tables = Object.values(load?.writeUnits ?? {});
  const daily = tables.reduce((sum, units) => sum + dailyOf(units, events), 0);
  return daily === 0 ? {} : { "tables (writes)": { dynamoWrite: nodes * a.DAYS * daily } };
}

/** What its load says that its events read. */
function readsBill({ load, events }: Webhook, nodes: number): Bill {
  const daily = dailyOf(load?.readUnits ?? {}, events);
  return daily === 0 ? {} : { "tables (reads)": { dynamoRead: nodes * a.DAYS * daily } };
}

/** What its load says that its tables keep. */
function keptBill({ load, events }: Webhook, nodes: number): Bill {
  if (load?.kept === undefined) return {};
  const { nodeBytes = 0, eventBytes, days } = load.kept;
  const bytes = nodes * (nodeBytes + dailyOf(eventBytes, events) * days);
  return {
    "tables (stored)": { dynamoGbMonth: bytes / GB },
    "tables (point-in-time recovery)": { dynamoBackupGbMonth: bytes / GB },
  };
}

/** Returns the sum of something for the events of a node in a day. */
function dailyOf(perEvent: PerEvent, events: readonly EventType[]): number {
  return events.reduce(
    (sum, type) => sum + (perEvent[type] ?? 0) * (MESSAGES_PER_DAY[type] ?? 0),
    0,
  );
}

function streamBill({ load }: Webhook, messages: number, batch: number): Bill {
  const lineBytes = load?.streamBytes ?? 0;
  if (lineBytes === 0) return {};
  const packet = Math.min(batch * lineBytes, FIREHOSE_RECORD_BYTES);
  const billed =
    (messages * lineBytes * Math.ceil(packet / BILLED_STEP_BYTES) * BILLED_STEP_BYTES) / packet;
  return { Firehose: { firehoseGb: billed / GB }, ...objectsBill(messages * lineBytes) };
}

function objectsBill(bytes: number): Bill {
  return {
    "S3 (objects)": { s3Put: a.OBJECTS_PER_HOUR * 24 * a.DAYS },
    "S3 (one month of deliveries)": { s3GbMonth: (bytes * a.ZIPPED_SHARE) / GB },
  };
}
