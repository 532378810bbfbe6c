import { SAVED_QUERIES } from "@rainhooks/archive/define";
import { RainhooksError } from "@rainhooks/core";
import type { StageFile } from "@rainhooks/stage";
import { formatCsv, formatTable } from "@rainhooks/terminal";
import { type FormatOptions, print, printData, tell } from "../output.ts";
import { type ReachedStage, reachStage, type StageOptions } from "../reach/stage.ts";
import { archiveOf } from "./archive-of.ts";
import { queryAthena } from "./athena.ts";
import { queryFiles } from "./duckdb.ts";
import { plainValue, type QueryResult, rowObject } from "./result.ts";

const MIB = 1024 ** 2;

/** Asks the archive in SQL: on the local stage with DuckDB, on a deployed one with Athena. */
export async function queryCommand(
  sql: string | undefined,
  options: StageOptions & FormatOptions & { readonly saved?: string | undefined },
): Promise<void> {
  const text = queryText(sql, options.saved);
  const result = await find(await reachStage(options), text);
  if (options.json) {
    await printData(
      `${JSON.stringify(
        result.rows.map((row) => rowObject(result, row)),
        undefined,
        2,
      )}\n`,
    );
  } else if (options.csv) {
    await printData(
      formatCsv(
        result.columns,
        result.rows.map((row) => row.map(plainValue)),
      ),
    );
  } else {
    await print(`${resultTable(result)}\n`);
  }
}

function queryText(sql: string | undefined, saved: string | undefined): string {
  if (sql !== undefined && saved !== undefined) {
    throw new RainhooksError("input-invalid", "Give a query or the name of a saved one, not both.");
  }
  const text = sql ?? SAVED_QUERIES.find(({ name }) => name === saved)?.sql;
  if (text !== undefined && text.trim() !== "") return text;
  throw new RainhooksError("input-invalid", "There is no query: give one in SQL, or name one with --saved.");
}

async function find(reached: ReachedStage, sql: string): Promise<QueryResult> {
  const { outputs, local } = reached;
  const { athena } = archiveOf(reached);
  if (local !== undefined) return queryFiles(filesOf(local.file), sql);
  if (athena === undefined) {
    throw new RainhooksError(
      "not-found",
      `The archive of ${outputs.stage} is in no catalog: deploy the stage again.`,
    );
  }
  const { scannedBytes, ...result } = await queryAthena(outputs.region, athena, sql);
  tell(`Athena has read ${(scannedBytes / MIB).toFixed(1)} MiB.`);
  return result;
}

function filesOf({ archiveDir, endpoint }: StageFile): string {
  if (archiveDir !== undefined) return archiveDir;
  throw new RainhooksError(
    "input-invalid",
    `The archive is kept at ${endpoint}, which answers no SQL: use archive cat.`,
  );
}

function resultTable({ columns, rows }: QueryResult): string {
  if (rows.length === 0) return "No rows.";
  const cells = rows.map((row) =>
    row.map((value) => {
      const plain = plainValue(value) ?? "-";
      return typeof plain === "number" ? plain : String(plain);
    }),
  );
  return formatTable(columns, cells);
}
