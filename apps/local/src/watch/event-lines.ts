import type { EventType } from "@rainhooks/core/catalog";
import { readDelivery } from "@rainhooks/core/deliveries/read";
import type { RecordOutcome, WebhookBatch } from "@rainhooks/local/aws/lambda/record-outcomes";
import { describeDelivery } from "@rainhooks/stage/describe-delivery";
import { formatTime } from "@rainhooks/stage/terminal/format-table";
import { safeLine } from "@rainhooks/stage/terminal/printable";

const TYPE_WIDTH = 20;
const NODE_WIDTH = 22;
const MAX_NAME = 40;
const MAX_REASON = 240;

const OUTCOMES: Readonly<Record<RecordOutcome["kind"], string>> = {
  handled: "handled",
  filtered: "filtered out",
  "dead-letter": "dead letter",
  retry: "will be retried",
};

/**
 * Returns a line for each event that a webhook has handled: time (UTC), webhook, event type, node,
 * and what has become of it. All of its texts may come from a device, so they are cut, and have no
 * control characters and no secrets of URLs.
 *
 * @param webhookWidth Width of the column of webhooks.
 */
export function eventLines(
  { webhook, records, ignored }: WebhookBatch,
  nowMs: number,
  webhookWidth: number,
): string[] {
  const time = formatTime(nowMs).slice(-8);
  return records.map((handled) => {
    const { outcome } = handled;
    const { type, nodes, isWanted } = describe(handled, webhook.events);
    const isIgnored = outcome.kind === "handled" && ignored > 0 && !isWanted;
    const result = isIgnored ? "ignored: not one of its events" : outcomeText(outcome);
    const columns = `${safeLine(type, MAX_NAME).padEnd(TYPE_WIDTH)}  ${safeLine(nodes, MAX_NAME).padEnd(NODE_WIDTH)}`;
    return `${time}  ${webhook.name.padEnd(webhookWidth)}  ${columns}  ${result}`;
  });
}

function outcomeText({ kind, reason }: RecordOutcome): string {
  const text = OUTCOMES[kind];
  return reason === undefined ? text : `${text}: ${safeLine(reason, MAX_REASON)}`;
}

function describe({ record }: WebhookBatch["records"][number], wanted: readonly EventType[]) {
  try {
    const { type, event, nodes, problem } = describeDelivery(readDelivery(record));
    return {
      type,
      nodes,
      isWanted: problem !== undefined || wanted.some((one) => one === event?.type),
    };
  } catch {
    return { type: "?", nodes: "-", isWanted: true };
  }
}
