import { parseArgs } from "node:util";
import { messageOf } from "@rainhooks/core/errors";
import { isRegion } from "@rainhooks/core/region";
import { formatTable } from "@rainhooks/stage/terminal/format-table";
import type { Workplace } from "../tasks/workplace.ts";
import { fleetReport } from "./fleet-report.ts";
import type { CostTable } from "./table.ts";
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
export function costText(args: readonly string[], { typed }: Workplace): string {
  const { nodes, ...others } = readOptions(args);
  return nodes === undefined ? anyFleet(others, typed("cost")) : ownFleet(nodes, others);
}

type Others = Omit<ReturnType<typeof readOptions>, "nodes">;

function anyFleet(others: Others, command: string): string {
  const [option] = Object.entries(others).flatMap(([name, value]) => (value ? [name] : []));
  if (option !== undefined) throw new TypeError(`--${option} is about a fleet: add --nodes.`);
  return `${tablesText(Object.values<CostTable>({ ...costTables() }))}\n\nFor a fleet of your own, and what it needs: ${command} --nodes <count>`;
}

function ownFleet(count: string, others: Others): string {
  const { region = "us-east-1", concurrency = "1000" } = others;
  if (!isRegion(region)) throw new TypeError(`--region: ${region} is not an AWS region.`);
  const nodes = wholeNumber("--nodes", count, MAX_NODES);
  const accountConcurrency = wholeNumber("--concurrency", concurrency, MAX_CONCURRENCY);
  const { byFunction, byItem } = stageTables([nodes]);
  const disconnectReasons = others["disconnect-reasons"];
  return `${tablesText([byFunction, byItem])}\n\n${fleetReport({ nodes, region, accountConcurrency, disconnectReasons })}`;
}
