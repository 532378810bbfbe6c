/*
 * Estimates the monthly cost of a stage from list prices and the assumptions below. Prices: us-east-1, on demand, November
 * 2026, as in docs/deploy.md. Check them before you rely on the result.
 */
import { WEBHOOKS } from "@rainhooks/app-webhook-list";
import type { EventType } from "@rainhooks/core";
import { formatTable } from "@rainhooks/terminal";
import type { Webhook } from "@rainhooks/webhook/define";

/** Messages per node and day. All other events are rare. */
const MESSAGES_PER_DAY: Partial<Record<EventType, number>> = {
  "rmaker.event.node_connected": 2,
  "rmaker.event.node_disconnected": 2,
  "rmaker.event.node_params_changed": 48,
  "rmaker.event.node_ts_data": 96,
  "rmaker.event.alert": 1,
  "rmaker.event.node_config_changed": 1,
};
const DAYS = 30;
const ENVELOPE_BYTES = 1200;
const LINE_BYTES = 700;
const ZIPPED_SHARE = 0.15;
const POINT_BYTES = 150;
/** Retention of readings in DynamoDB. */
const POINT_RETENTION_DAYS = 30;
const INVOCATION_MS = 30;
const RECORD_MS = 0.3;
const RULES_PER_EVENT = 3;
/** Share of the rules that must be read because they are not in a function's cache. */
const CACHE_MISS_SHARE = 0.5;

const MILLION = 1e6;
const GB = 1e9;
const PRICE = {
  sqsRequest: 0.4 / MILLION,
  lambdaRequest: 0.2 / MILLION,
  lambdaGbS: 0.0000133334,
  firehoseGb: 0.029,
  dynamoWrite: 0.625 / MILLION,
  dynamoRead: 0.125 / MILLION,
  dynamoGbMonth: 0.25,
  s3Put: 5 / MILLION,
  s3GbMonth: 0.023,
} as const;
const FIREHOSE_STEP_BYTES = 5 * 1024;
const FIREHOSE_RECORD_BYTES = 1000 * 1024;
const OBJECTS_PER_HOUR = 12;

interface Bill {
  queue: number;
  lambda: number;
  store: number;
}

function billOf(webhook: Webhook, nodes: number): Bill {
  const perDay = webhook.events.reduce((sum, type) => sum + (MESSAGES_PER_DAY[type] ?? 0), 0);
  const messages = perDay * nodes * DAYS;
  const perSecond = messages / (DAYS * 86_400);
  // A batch is full, or holds what arrives in its batching window. One request receives or deletes up to ten messages.
  const batch = Math.min(webhook.batch.size, Math.max(1, perSecond * webhook.batch.windowS));
  const invocations = messages / batch;
  const requests = messages * (1 + 2 / Math.min(10, batch)) * Math.ceil(ENVELOPE_BYTES / 65_536);
  const gbS = (invocations * (INVOCATION_MS + RECORD_MS * batch) * webhook.function.memoryMiB) / 1000 / 1024;
  const rules = webhook.filtered ? messages * RULES_PER_EVENT * CACHE_MISS_SHARE * 0.5 * PRICE.dynamoRead : 0;
  return {
    queue: requests * PRICE.sqsRequest,
    lambda: invocations * PRICE.lambdaRequest + gbS * PRICE.lambdaGbS,
    store: rules + storeCost(webhook, messages, batch, nodes),
  };
}

/**
 * Cost of node status per node and day. A connect or disconnect needs four writes: the row, two in the index, and the
 * timeline. Any other change needs one write. Events that only show that the node is alive need one write per hour. Each
 * written event also needs half a read unit.
 */
function statusCostPerDay(): number {
  const of = (...types: EventType[]) => types.reduce((sum, type) => sum + (MESSAGES_PER_DAY[type] ?? 0), 0);
  const transitions = of("rmaker.event.node_connected", "rmaker.event.node_disconnected");
  const others = of("rmaker.event.alert", "rmaker.event.node_config_changed");
  const seen = Math.min(24, of("rmaker.event.node_params_changed", "rmaker.event.node_ts_data"));
  const writes = 4 * transitions + others + seen;
  return writes * PRICE.dynamoWrite + 0.5 * (transitions + others + seen) * PRICE.dynamoRead;
}

function storeCost({ name }: Webhook, messages: number, batch: number, nodes: number): number {
  if (name === "archive") {
    const packet = Math.min(batch * LINE_BYTES, FIREHOSE_RECORD_BYTES);
    const billed =
      (messages * LINE_BYTES * Math.ceil(packet / FIREHOSE_STEP_BYTES) * FIREHOSE_STEP_BYTES) / packet;
    const puts = OBJECTS_PER_HOUR * 24 * DAYS * PRICE.s3Put;
    return (
      (billed / GB) * PRICE.firehoseGb +
      puts +
      ((messages * LINE_BYTES * ZIPPED_SHARE) / GB) * PRICE.s3GbMonth
    );
  }
  if (name === "node-status") return nodes * DAYS * statusCostPerDay();
  if (name === "time-series") {
    const storedBytes = (messages / DAYS) * POINT_RETENTION_DAYS * POINT_BYTES;
    return messages * PRICE.dynamoWrite + (storedBytes / GB) * PRICE.dynamoGbMonth;
  }
  return 0;
}

const fleets = [1000, 100_000, 1_000_000];
const dollars = (amount: number) => Number(amount.toFixed(amount < 10 ? 2 : 0));
const total = ({ queue, lambda, store }: Bill) => queue + lambda + store;
const production = WEBHOOKS.filter(({ name }) => name !== "hello");

const rows = production.map((webhook) => [
  webhook.name,
  ...fleets.map((nodes) => dollars(total(billOf(webhook, nodes)))),
]);
const sums = fleets.map((nodes) =>
  dollars(production.reduce((sum, webhook) => sum + total(billOf(webhook, nodes)), 0)),
);
console.log(
  formatTable(["$ per month", ...fleets.map((nodes) => `${nodes} nodes`)], [...rows, ["total", ...sums]]),
);
