import { type Synthesized, synthesize } from "../synthesize.ts";
import { deliveriesTable } from "./deliveries-table.ts";
import { egressTable } from "./egress-table.ts";
import { forwardTable, idleTable, outboxCosts } from "./forward-tables.ts";
import { partsTable } from "./parts-table.ts";
import { PRODUCTION, PRODUCTION_FUNCTIONS } from "./production.ts";
import { sourcesTable } from "./sources-table.ts";
import { byItem, stageBills, total } from "./stage-bill.ts";
import { type CostTable, dollars, FLEETS, fleetHeaders } from "./table.ts";

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
  /** Fixed addresses to connect from. */
  readonly egress: CostTable;
}

/** Returns the monthly costs of a production stage without destinations, for fleets of some numbers of nodes. */
export function stageTables(
  fleets: readonly number[],
  { stack }: Pick<Synthesized, "stack"> = synthesize(PRODUCTION),
): StageTables {
  const bills = fleets.map((nodes) => stageBills({ functions: PRODUCTION_FUNCTIONS, stack }, nodes));
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

/** Returns the monthly costs of a production stage for fleets of different sizes, and those of its parts and of forwarding events. */
export function costTables(): CostTables {
  const synthesized = synthesize(PRODUCTION);
  return {
    ...stageTables(FLEETS, synthesized),
    parts: partsTable(PRODUCTION),
    sources: sourcesTable(),
    deliveries: deliveriesTable(),
    idle: idleTable(PRODUCTION, synthesized.stack),
    forwarding: forwardTable(),
    outbox: outboxCosts(),
    egress: egressTable(),
  };
}
