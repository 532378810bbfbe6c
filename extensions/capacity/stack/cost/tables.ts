import type { EventType } from "@rainhooks/core/catalog";
import type { StackJson } from "@rainhooks/stack/stack-json";
import type { StackProgram } from "@rainhooks/stack/stack-program";
import { defineWebhook } from "@rainhooks/webhook/define";
import { triggeredBy, type Webhook } from "@rainhooks/webhook/define-function";
import { streamsOf } from "@rainhooks/webhook/resources";
import { neoEvents } from "../../../neo/functions/neo-events/function.ts";
import { PRICE } from "../../bill/prices.ts";
import { type DeliveryKind, webhookBill } from "../../bill/webhook-bill.ts";
import { invocationMs } from "../../invocation-ms.ts";
import { forwardTable, idleTable, outboxCosts } from "../../../forwarding/stack/cost/tables.ts";
import { partsTable } from "./parts-table.ts";
import { byItem, stageBills, total } from "./stage-bill.ts";
import { type CostTable, dollars, FLEET_HEADERS, FLEETS, fleetHeaders } from "./table.ts";

/** What a production stage costs a month, for some fleets. */
export interface StageTables {
  readonly byFunction: CostTable;
  /** By what is paid for. */
  readonly byItem: CostTable;
}

/** The costs of a stage. */
export interface CostTables extends StageTables {
  /** What parts of a stage are. */
  readonly parts: CostTable;
  /** What it costs until an event is on a topic, by its source. */
  readonly sources: CostTable;
  /** How messages can come to a webhook. */
  readonly deliveries: CostTable;
  /** Forwarding without a destination. */
  readonly idle: CostTable;
  /** Events to one destination. */
  readonly forwarding: CostTable;
  /** A million events to one destination, by how they are sent. */
  readonly outbox: CostTable;
}

/**
 * Returns the monthly costs of a production stage without destinations, for fleets of some numbers of nodes.
 */
export function stageTables(
  fleets: readonly number[],
  { production, functionsOf, synthesize }: StackProgram,
  stack: StackJson = synthesize(production),
): StageTables {
  const functions = functionsOf(production);
  const bills = fleets.map((nodes) => stageBills({ functions, stack }, nodes));
  const names = [...(bills[0]?.keys() ?? [])];
  const items = bills.map(byItem);
  return {
    byFunction: {
      headers: fleetHeaders(fleets),
      rows: [
        ...names.map((name) => [name, ...bills.map((all) => dollars(total(all.get(name) ?? {})))]),
        ["total", ...items.map((bill) => dollars(total(bill)))],
      ],
    },
    byItem: {
      headers: fleetHeaders(fleets),
      rows: Object.keys(items[0] ?? {}).map((item) => [
        item,
        ...items.map((bill) => dollars(bill[item] ?? 0)),
      ]),
    },
  };
}

/**
 * Returns the monthly costs of a production stage for fleets of different sizes, and those of its parts and
 * of forwarding events.
 */
export function costTables(program: StackProgram): CostTables {
  const stack = program.synthesize(program.production);
  return {
    ...stageTables(FLEETS, program, stack),
    parts: partsTable(program),
    sources: sourcesTable(),
    deliveries: deliveriesTable(program),
    idle: idleTable(program.production, stack),
    forwarding: forwardTable(),
    outbox: outboxCosts(),
  };
}

/** A webhook that gets an event of each node a day, and has no stores. */
const ofAlerts = webhookOf("alerts", ["rmaker.event.alert"]);
/** A webhook that gets every reading. */
const ofReadings = webhookOf("readings", ["rmaker.event.node_ts_data"]);

/** Returns what it costs to bring messages to a webhook in each way that it can have. */
function deliveriesTable({ shipped }: StackProgram): CostTable {
  const row = (name: string, webhook: Webhook, delivery: DeliveryKind) => [
    name,
    ...FLEETS.map((nodes) => dollars(total(webhookBill({ ...webhook, delivery }, nodes)))),
  ];
  return {
    headers: [`${FLEET_HEADERS[0]}, by delivery`, ...FLEET_HEADERS.slice(1)],
    rows: [
      ...triggeredBy(shipped, "topics")
        .filter((webhook) => streamsOf(webhook).length > 0)
        .flatMap((archive) => [
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

const MILLION = 1e6;
/**
 * Messages of a batch, of a call to SQS and of a call to SNS. With more nodes, batches are larger, and the
 * function is cheaper.
 */
const BATCH = 10;
/** Times of the function, as of any that only calls a service. */
const LOAD = { batchMs: 10, recordMs: 1 };

const rule = PRICE.iotRule + PRICE.iotAction;
/** The function receives and deletes ten messages with a call each. */
const received = (2 * PRICE.sqsRequest) / BATCH;
const { memoryMiB } = neoEvents.function;
const invocation = (invocationMs(LOAD, BATCH, memoryMiB) / 1000) * (memoryMiB / 1024) * PRICE.lambdaGbS;
const handled = received + (PRICE.lambdaRequest + invocation) / BATCH + PRICE.snsPublish / BATCH;

/**
 * Returns what a million events cost until they are on a topic, by their source. What webhooks do with them
 * costs the same.
 */
function sourcesTable(): CostTable {
  const row = (name: string, event: number) => [name, dollars(event * MILLION)];
  return {
    headers: ["$ per million events", "on a topic of the stage"],
    rows: [
      row("classic: RainMaker publishes them", 0),
      row("Neo: connects, disconnects, reasons of disconnects", rule + PRICE.snsPublish),
      row("Neo: parameters, identity, tags", rule + PRICE.sqsRequest + handled),
      row("Neo: readings", PRICE.pipe + PRICE.sqsRequest / BATCH + handled),
      row(
        "Neo: an update of a shadow without an event",
        rule + PRICE.sqsRequest + handled - PRICE.snsPublish / BATCH,
      ),
    ],
  };
}
