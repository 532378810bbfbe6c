import { textThat } from "@rainhooks/core/fields";
import { isRegion } from "@rainhooks/core/region";
import type { StackProgram } from "@rainhooks/stack/stack-program";
import { readFlags } from "@rainhooks/stage/commands/read-flags";
import { UsageMistake } from "@rainhooks/stage/commands/usage.mjs";
import {
  flag,
  optionalNumber,
  wholeNumber,
  withDefault,
} from "@rainhooks/stage/query/params/kinds";
import { formatTable } from "@rainhooks/stage/terminal/format-table";
import type { CostTable } from "./cost-table.ts";
import { fleetReport } from "./fleet-report.ts";
import { costTables, stageTables } from "./tables.ts";

const FLAGS = {
  nodes: optionalNumber(
    { description: "nodes of the fleet", placeholder: "count" },
    { min: 1, max: 1_000_000_000 },
  ),
  region: withDefault(
    textThat("an AWS region, such as eu-central-1", isRegion),
    { description: "where it is", placeholder: "region" },
    "us-east-1",
  ),
  concurrency: wholeNumber(
    { description: "invocations at once that the account allows", placeholder: "count" },
    { min: 1, max: 1_000_000, fallback: 1000 },
  ),
  disconnectReasons: flag({ description: "with a rule of AWS IoT for reasons of disconnects" }),
};

function tablesText(tables: readonly CostTable[]): string {
  return tables.map(({ headers, rows }) => formatTable(headers, rows)).join("\n\n");
}

/**
 * Returns what a production stage costs a month, and for a fleet of your own also what it needs.
 *
 * @throws {UsageMistake} in one line for a wrong argument.
 */
export function costText(args: readonly string[], program: StackProgram): string {
  const { values, given } = readFlags(FLAGS, args);
  const { nodes, concurrency: accountConcurrency, ...others } = values;
  if (nodes !== undefined) {
    const { byFunction, byItem } = stageTables([nodes], program);
    const report = fleetReport({ nodes, accountConcurrency, ...others }, program);
    return `${tablesText([byFunction, byItem])}\n\n${report}`;
  }
  if (given.size > 0) throw new UsageMistake("All options are about a fleet: add --nodes.");
  return `${tablesText(costTables(program))}\n\nFor a fleet of your own, and what it needs: ${program.typed("cost")} --nodes <count>`;
}
