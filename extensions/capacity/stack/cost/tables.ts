import type { CostTable } from "@rainhooks/stack/part-costs";
import type { StackJson } from "@rainhooks/stack/stack-json";
import type { StackProgram } from "@rainhooks/stack/stack-program";
import { PRICE } from "../../bill/prices.ts";
import { partsTable } from "./parts-table.ts";
import { byItem, stageBills, total } from "./stage-bill.ts";
import { dollars, FLEETS, fleetHeaders } from "./table.ts";

/** What a production stage costs a month, for some fleets. */
export interface StageTables {
  readonly byFunction: CostTable;
  /** By what is paid for. */
  readonly byItem: CostTable;
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
 * Returns the monthly costs of a production stage for fleets of different sizes, of its parts, and what
 * extensions add.
 */
export function costTables(program: StackProgram): CostTable[] {
  const stack = program.synthesize(program.production);
  const { byFunction, byItem } = stageTables(FLEETS, program, stack);
  return [
    ...[byFunction, byItem, partsTable(program)],
    ...program.costs.flatMap(({ tables }) => tables?.(program.production, stack, PRICE) ?? []),
  ];
}
