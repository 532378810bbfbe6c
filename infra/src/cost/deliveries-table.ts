import { SHIPPED_WEBHOOKS } from "@rainhooks/app-webhook-list";
import { type DeliveryKind, webhookBill } from "@rainhooks/capacity";
import type { EventType } from "@rainhooks/core";
import { defineWebhook, streamsOf, type Webhook } from "@rainhooks/webhook/define";
import { total } from "./stage-bill.ts";
import { type CostTable, dollars, FLEET_HEADERS, FLEETS } from "./table.ts";

/** A webhook that gets an event of each node a day, and has no stores. */
const ofAlerts = webhookOf("alerts", ["rmaker.event.alert"]);
/** A webhook that gets every reading. */
const ofReadings = webhookOf("readings", ["rmaker.event.node_ts_data"]);

/** Returns what it costs to bring messages to a webhook in each way that it can have. */
export function deliveriesTable(): CostTable {
  const row = (name: string, webhook: Webhook, delivery: DeliveryKind) => [
    name,
    ...FLEETS.map((nodes) => dollars(total(webhookBill({ ...webhook, delivery }, nodes)))),
  ];
  return {
    headers: [`${FLEET_HEADERS[0]}, by delivery`, ...FLEET_HEADERS.slice(1)],
    rows: [
      ...SHIPPED_WEBHOOKS.filter((webhook) => streamsOf(webhook).length > 0).flatMap((archive) => [
        row("archive: `queue`", archive, "queue"),
        row("archive: `firehose`", archive, "firehose"),
      ]),
      row("a webhook of alerts: `queue`", ofAlerts, "queue"),
      row("a webhook of alerts: `direct`", ofAlerts, "direct"),
      row("a webhook of readings: `queue`", ofReadings, "queue"),
      row("a webhook of readings: `direct`", ofReadings, "direct"),
    ],
  };
}

function webhookOf(name: string, events: readonly EventType[]): Webhook {
  return defineWebhook({ name, description: "An example.", events, filtered: false });
}
