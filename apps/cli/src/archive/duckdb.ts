import { join } from "node:path";
import type { DuckDBConnection, DuckDBResultReader } from "@duckdb/node-api";
import { ARCHIVE_COLUMNS, ARCHIVE_TABLE } from "@rainhooks/archive/archive-columns";
import { messageOf, RainhooksError, wrongInput } from "@rainhooks/core/errors";
import {
  exactInteger,
  type QueryResult,
  type ResultValue,
} from "@rainhooks/stage/operate/archive/athena";

/** Athena functions that have other names in DuckDB, so that one query runs on both. */
const ATHENA_FUNCTIONS = [
  "CREATE MACRO json_extract_scalar(body, place) AS CASE WHEN json_valid(body) THEN json_extract_string(body, place) END",
  "CREATE MACRO from_unixtime(seconds) AS to_timestamp(seconds)",
  "CREATE MACRO date_format(moment, pattern) AS strftime(moment, replace(pattern, '%i', '%M'))",
  "CREATE MACRO element_at(entries, wanted) AS entries[wanted]",
];
const TYPES = {
  string: "VARCHAR",
  bigint: "BIGINT",
  "map<string,string>": "MAP(VARCHAR, VARCHAR)",
} as const;
const WHOLE_NUMBER = /^(TINY|SMALL|BIG|HUGE|U)?(TINY|SMALL|BIG|HUGE)?INT(EGER)?$/;
const UTC_TIME = /^(\S+) (\S+)\+00$/;
const FRACTION = /^(DECIMAL|DOUBLE|FLOAT)/;

/**
 * Runs an SQL query on the archive of a local stage: DuckDB reads the objects that the stage wrote.
 *
 * @param folder Folder with the objects of the archive's bucket.
 * @throws {RainhooksError} `input-invalid` for a query that fails.
 */
export async function queryFiles(folder: string, sql: string): Promise<QueryResult> {
  const connection = await open();
  try {
    await makeTable(connection, folder);
    const reader = await select(connection, sql).catch((error: unknown) => {
      const [line = ""] = messageOf(error)
        .replace("Failed to extract statements: ", "")
        .split("\n");
      throw wrongInput(`The query failed: ${line}`, error);
    });
    const types = reader.columnTypes().map(String);
    return {
      columns: reader.columnNames(),
      rows: reader
        .getRowsJson()
        .map((row) => row.map((value, index) => toValue(value, types[index] ?? ""))),
    };
  } finally {
    connection.closeSync();
  }
}

/**
 * Runs one SELECT. Any other statement is rejected: DuckDB could write files of the archive, even
 * inside an EXPLAIN ANALYZE.
 */
async function select(connection: DuckDBConnection, sql: string): Promise<DuckDBResultReader> {
  const { StatementType } = await import("@duckdb/node-api");
  // Before one that is always there: DuckDB fails for a text that has only comments.
  const statements = await connection.extractStatements(`SELECT 1;${sql}`);
  const count = statements.count - 1;
  if (count === 0) throw new Error("It has no statement.");
  if (count !== 1) throw new Error(`It must be one statement, not ${count}.`);
  const statement = await statements.prepare(1);
  const type = StatementType[statement.statementType];
  if (type !== "SELECT")
    throw new Error(`The archive is read-only: ${type} is not allowed, use SELECT.`);
  return statement.runAndReadAll();
}

async function open(): Promise<DuckDBConnection> {
  const { DuckDBInstance, DuckDBTimestampTZValue } = await import("@duckdb/node-api").catch(
    (error: unknown) => {
      throw new RainhooksError(
        "stage-unavailable",
        'DuckDB is not available for this platform. Use "rainhooks archive cat" instead.',
        {
          cause: error,
        },
      );
    },
  );
  // Otherwise it writes times in the zone of this machine.
  DuckDBTimestampTZValue.timezoneOffsetInMinutes = 0;
  const instance = await DuckDBInstance.create(":memory:", {
    autoinstall_known_extensions: "false",
  });
  return instance.connect();
}

async function makeTable(connection: DuckDBConnection, folder: string): Promise<void> {
  await connection.run("SET TimeZone = 'UTC'");
  for (const macro of ATHENA_FUNCTIONS) await connection.run(macro);
  const files = quoted(join(folder, "**", "*.data"));
  const found = await connection.runAndReadAll(`SELECT count(*) FROM glob(${files})`);
  const empty = String(found.getRowsJson()[0]?.[0]) === "0";
  await connection.run(
    `CREATE VIEW ${ARCHIVE_TABLE} AS ${empty ? emptySelect() : fileSelect(files)}`,
  );
  await connection.run(`SET allowed_directories = [${quoted(`${folder}/`)}]`);
  await connection.run("SET enable_external_access = false");
}

function fileSelect(files: string): string {
  const columns = ARCHIVE_COLUMNS.map(({ name }) =>
    name === "sentatms" ? `sentAtMs AS ${name}` : name,
  );
  const inFiles = Object.entries(IN_FILES).map(([name, type]) => `${name}: '${type}'`);
  return `SELECT ${columns.join(", ")}, regexp_extract(filename, '(\\d{4}/\\d{2}/\\d{2}/\\d{2})', 1) AS hour
    FROM read_json(${files}, format = 'newline_delimited', compression = 'gzip', filename = true, columns = {${inFiles.join(", ")}})`;
}

function emptySelect(): string {
  const columns = ARCHIVE_COLUMNS.map(({ name, type }) => `NULL::${TYPES[type]} AS ${name}`);
  return `SELECT ${columns.join(", ")}, NULL::VARCHAR AS hour WHERE false`;
}

/** Names in the archived JSON, where case matters, with DuckDB's types. */
const IN_FILES = {
  id: "VARCHAR",
  sentAtMs: "BIGINT",
  topic: "VARCHAR",
  attributes: TYPES["map<string,string>"],
  body: "VARCHAR",
};

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/**
 * DuckDB returns 64-bit integers as strings, maps as lists of their entries, and times as
 * `2026-11-24 08:00:00+00`.
 */
function toValue(value: ResultValue, type: string): ResultValue {
  if (type.startsWith("MAP(") && isList(value)) return Object.fromEntries(value.map(entryOf));
  if (typeof value !== "string") return value;
  if (type === "TIMESTAMP WITH TIME ZONE") return value.replace(UTC_TIME, "$1T$2Z");
  if (WHOLE_NUMBER.test(type)) return exactInteger(value);
  return FRACTION.test(type) ? Number(value) : value;
}

function entryOf(entry: ResultValue): [string, ResultValue] {
  const { key = "", value = null } =
    typeof entry === "object" && entry !== null && !isList(entry) ? entry : {};
  return [String(key), value];
}

function isList(value: ResultValue): value is readonly ResultValue[] {
  return Array.isArray(value);
}
