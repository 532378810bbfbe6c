import { parseArgs } from "node:util";
import { messageOf } from "@rainhooks/core/errors";
import { isRegion } from "@rainhooks/core/region";
import type { CostTable } from "@rainhooks/stack/part-costs";
import type { StackProgram } from "@rainhooks/stack/stack-program";
import { formatTable } from "@rainhooks/stage/terminal/format-table";
import { fleetReport } from "./fleet-report.ts";
import { costTables, stageTables } from "./tables.ts";

const MAX_NODES = 1_000_000_000;
const MAX_CONCURRENCY = 1_000_000;

function readOptions(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        nodes: { type: "string" },
        region: { type: "string" },
        concurrency: { type: "string" },
        "disconnect-reasons": { type: "boolean", default: false },
      },
    }).values;
  } catch (error) {
    throw new TypeError(messageOf(error).split("\n")[0], { cause: error });
  }
}

/** Reads a whole number, such as 1e6. */
function wholeNumber(option: string, text: string, max: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= max) return value;
  throw new TypeError(
    `${option} must be a whole number from 1 to ${max.toLocaleString("en-US")}, such as 1e6, not ${text}.`,
  );
}

function tablesText(tables: readonly CostTable[]): string {
  return tables
    .map(({ headers, rows }) =>
      formatTable(
        [...headers],
        rows.map((row) => [...row]),
      ),
    )
    .join("\n\n");
}

/**
 * Returns what a production stage costs a month, and for a fleet of your own also what it needs.
 *
 * @throws {TypeError} in one line for a wrong argument.
 */
export function costText(args: readonly string[], program: StackProgram): string {
  const { nodes, ...others } = readOptions(args);
  return nodes === undefined ? anyFleet(others, program) : ownFleet(nodes, others, program);
}

type Others = Omit<ReturnType<typeof readOptions>, "nodes">;

function anyFleet(others: Others, program: StackProgram): string {
  const [option] = Object.entries(others).flatMap(([name, value]) => (value ? [name] : []));
  if (option !== undefined) throw new TypeError(`--${option} is about a fleet: add --nodes.`);
  return `${tablesText(costTables(program))}\n\nFor a fleet of your own, and what it needs: ${program.typed("cost")} --nodes <count>`;
}

function ownFleet(count: string, others: Others, program: StackProgram): string {
  const { region = "us-east-1", concurrency = "1000" } = others;
  if (!isRegion(region)) throw new TypeError(`--region: ${region} is not an AWS region.`);
  const nodes = wholeNumber("--nodes", count, MAX_NODES);
  const accountConcurrency = wholeNumber("--concurrency", concurrency, MAX_CONCURRENCY);
  const { byFunction, byItem } = stageTables([nodes], program);
  const disconnectReasons = others["disconnect-reasons"];
  return `${tablesText([byFunction, byItem])}\n\n${fleetReport({ nodes, region, accountConcurrency, disconnectReasons }, program)}`;
}
