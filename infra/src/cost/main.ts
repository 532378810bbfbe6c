/*
 * What a production stage costs a month, and for a fleet of your own also what it needs: npm run cost -- [--nodes 1000000] [--region eu-central-1]
 */
import { parseArgs } from "node:util";
import { isRegion } from "@rainhooks/core";
import { formatTable } from "@rainhooks/terminal";
import { fleetReport } from "./fleet-report.ts";
import type { CostTable } from "./table.ts";
import { costTables, stageTables } from "./tables.ts";

const MAX_NODES = 1_000_000_000;
const MAX_CONCURRENCY = 1_000_000;

function fail(message: string): never {
  console.error(message.split("\n")[0]);
  process.exit(2);
}

function readOptions() {
  try {
    return parseArgs({
      options: {
        nodes: { type: "string" },
        region: { type: "string" },
        concurrency: { type: "string" },
        "disconnect-reasons": { type: "boolean", default: false },
      },
    }).values;
  } catch (error) {
    fail(error instanceof Error ? error.message : String(error));
  }
}

/** Reads a whole number, such as 1e6. */
function wholeNumber(option: string, text: string, max: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= max) return value;
  fail(
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

const { nodes: count, ...others } = readOptions();
const { region = "us-east-1", concurrency = "1000" } = others;
if (!isRegion(region)) fail(`--region: ${region} is not an AWS region.`);
if (count === undefined) {
  const [option] = Object.entries(others).flatMap(([name, value]) => (value ? [name] : []));
  if (option !== undefined) fail(`--${option} is about a fleet: add --nodes.`);
  console.log(tablesText(Object.values<CostTable>({ ...costTables() })));
  console.log("\nFor a fleet of your own, and what it needs: npm run cost -- --nodes <count>");
} else {
  const nodes = wholeNumber("--nodes", count, MAX_NODES);
  const accountConcurrency = wholeNumber("--concurrency", concurrency, MAX_CONCURRENCY);
  const { byFunction, byItem } = stageTables([nodes]);
  console.log(`${tablesText([byFunction, byItem])}\n`);
  console.log(
    fleetReport({ nodes, region, accountConcurrency, disconnectReasons: others["disconnect-reasons"] }),
  );
}
