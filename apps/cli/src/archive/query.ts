import { NODE_ID, SAVED_QUERIES } from "@rainhooks/archive/saved-queries";
import { notFound, wrongInput } from "@rainhooks/core/errors";
import { nodeOfOption } from "@rainhooks/stage/commands/find-node";
import {
  type FormatOptions,
  formatResult,
  printData,
  printNote,
} from "@rainhooks/stage/commands/output";
import { interruptible } from "@rainhooks/stage/commands/progress";
import { reachStage, type StageSelection } from "@rainhooks/stage/commands/reach-stage";
import {
  plainValue,
  type QueryResult,
  queryAthena,
  rowObject,
} from "@rainhooks/stage/operate/archive/athena";
import { archiveOf, type StageAccess } from "@rainhooks/stage/stage-access";
import type { StageFile } from "@rainhooks/stage/stage-file";
import { formatTable } from "@rainhooks/stage/terminal/format-table";
import { queryFiles } from "./duckdb.ts";

const MIB = 1024 ** 2;

/** A predefined query. */
interface SavedOptions {
  readonly saved?: string | undefined;
  /** Node to which the query is limited. */
  readonly node?: string | undefined;
}

/** Queries the archive with SQL: on the local stage with DuckDB, on a deployed one with Athena. */
export async function queryCommand(
  sql: string | undefined,
  options: StageSelection & FormatOptions & SavedOptions,
): Promise<void> {
  // Before the stage is reached: what is wrong in the options needs none.
  queryText(sql, options);
  const access = await reachStage(options);
  const node = options.node === undefined ? undefined : await nodeOfOption(access, options.node);
  const result = await find(access, queryText(sql, { ...options, node }));
  const { columns, rows } = result;
  const printed = {
    value: rows.map((row) => rowObject(result, row)),
    header: columns,
    rows: rows.map((row) => row.map(plainValue)),
    text: () => resultTable(result),
  };
  await printData(formatResult(options, printed));
}

function queryText(sql: string | undefined, { saved, node }: SavedOptions): string {
  if (sql !== undefined && saved !== undefined)
    throw wrongInput("Give either an SQL query or --saved, not both.");
  const query = SAVED_QUERIES.find(({ name }) => name === saved)?.sql ?? "";
  const asksForNode = query.includes(NODE_ID);
  if (asksForNode && node === undefined)
    throw wrongInput(`The saved query ${saved} needs a node: add --node <id>.`);
  if (!asksForNode && node !== undefined)
    throw wrongInput("--node can only be used with a saved query that needs a node.");
  const text = sql ?? query.replace(NODE_ID, () => (node ?? "").replaceAll("'", "''"));
  if (text.trim() !== "") return text;
  throw wrongInput(
    "The query is missing. Write it in SQL, or choose a predefined one with --saved.",
  );
}

async function find(access: StageAccess, sql: string): Promise<QueryResult> {
  const { outputs, local } = access;
  const { athena } = archiveOf(access);
  if (local !== undefined) return queryFiles(filesOf(local.file), sql);
  if (athena === undefined) {
    throw notFound(`The archive of ${outputs.stage} has no Athena table. Deploy the stage again.`);
  }
  const { scannedBytes, ...result } = await interruptible((signal) =>
    queryAthena(outputs.region, athena, sql, signal),
  );
  printNote(`Athena scanned ${(scannedBytes / MIB).toFixed(1)} MiB.`);
  return result;
}

function filesOf({ archiveDir, endpoint }: StageFile): string {
  if (archiveDir !== undefined) return archiveDir;
  throw wrongInput(
    `The archive is at ${endpoint}, which does not support SQL. Use "rainhooks archive cat" instead.`,
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
