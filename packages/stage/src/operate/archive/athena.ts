import { setTimeout as pause } from "node:timers/promises";
import type { AthenaClient, ColumnInfo, QueryExecution } from "@aws-sdk/client-athena";
import { RainhooksError } from "@rainhooks/core/errors";
import { clientOptions } from "../../account.ts";
import type { StageOutputs } from "../../outputs.ts";

/** The names with which Athena queries the archive of a stage. */
export type AthenaNames = NonNullable<NonNullable<StageOutputs["archive"]>["athena"]>;

/**
 * Error category of failures inside Athena itself. Source: Amazon Athena API reference,
 * AthenaError.
 */
const SYSTEM_ERROR = 1;
const FIRST_LOOK_MS = 250;
const LAST_LOOK_MS = 2000;
const WHOLE_NUMBERS = new Set(["tinyint", "smallint", "integer", "bigint"]);
const FRACTIONS = new Set(["float", "double", "real", "decimal"]);

/** The rows of a query, and the bytes it scanned (Athena's price depends on them). */
export interface AthenaResult extends QueryResult {
  readonly scannedBytes: number;
}

/**
 * Runs an SQL query on the archive of a deployed stage.
 *
 * @param signal Stops the query in Athena, too.
 * @throws {RainhooksError} `input-invalid` for a query that fails, `stage-unavailable` when Athena
 * itself fails; each message has Athena's reason.
 */
export async function queryAthena(
  region: string,
  names: AthenaNames,
  sql: string,
  signal?: AbortSignal,
): Promise<AthenaResult> {
  const {
    AthenaClient,
    InvalidRequestException,
    StartQueryExecutionCommand,
    StopQueryExecutionCommand,
  } = await import("@aws-sdk/client-athena");
  const client = new AthenaClient(clientOptions({ region }));
  const { QueryExecutionId = "" } = await client
    .send(
      new StartQueryExecutionCommand({
        QueryString: sql,
        WorkGroup: names.workgroup,
        QueryExecutionContext: { Database: names.database },
      }),
    )
    .catch((error: unknown) => {
      // Athena rejects a query that it cannot parse before it starts.
      throw error instanceof InvalidRequestException
        ? failure("input-invalid", error.message)
        : error;
    });
  const stop = () =>
    void client.send(new StopQueryExecutionCommand({ QueryExecutionId })).catch(() => undefined);
  signal?.addEventListener("abort", stop, { once: true });
  try {
    const { Statistics } = await end(client, QueryExecutionId);
    return {
      ...(await results(client, QueryExecutionId)),
      scannedBytes: Statistics?.DataScannedInBytes ?? 0,
    };
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}

async function end(client: AthenaClient, QueryExecutionId: string): Promise<QueryExecution> {
  const { GetQueryExecutionCommand } = await import("@aws-sdk/client-athena");
  for (let waitMs = FIRST_LOOK_MS; ; waitMs = Math.min(waitMs * 2, LAST_LOOK_MS)) {
    const { QueryExecution = {} } = await client.send(
      new GetQueryExecutionCommand({ QueryExecutionId }),
    );
    const {
      State,
      StateChangeReason = "no reason given",
      AthenaError,
    } = QueryExecution.Status ?? {};
    if (State === "SUCCEEDED") return QueryExecution;
    if (State === "FAILED" || State === "CANCELLED") {
      const own = AthenaError?.ErrorCategory === SYSTEM_ERROR || State === "CANCELLED";
      throw failure(own ? "stage-unavailable" : "input-invalid", StateChangeReason);
    }
    await pause(waitMs);
  }
}

function failure(code: "input-invalid" | "stage-unavailable", reason: string): RainhooksError {
  const [line = ""] = reason.split("\n");
  return new RainhooksError(code, `The query failed: ${line}`);
}

async function results(client: AthenaClient, QueryExecutionId: string): Promise<QueryResult> {
  const { paginateGetQueryResults } = await import("@aws-sdk/client-athena");
  let columns: ColumnInfo[] = [];
  const texts: (string | undefined)[][] = [];
  for await (const { ResultSet } of paginateGetQueryResults({ client }, { QueryExecutionId })) {
    columns = ResultSet?.ResultSetMetadata?.ColumnInfo ?? columns;
    texts.push(
      ...(ResultSet?.Rows ?? []).map(({ Data = [] }) =>
        Data.map(({ VarCharValue }) => VarCharValue),
      ),
    );
  }
  const names = columns.map(({ Name = "" }) => Name);
  // The first row of a SELECT repeats the column names; that of a SHOW or DESCRIBE does not.
  const repeats =
    texts[0]?.length === names.length && names.every((name, index) => texts[0]?.[index] === name);
  return {
    columns: names,
    rows: (repeats ? texts.slice(1) : texts).map((row) =>
      columns.map(({ Type = "" }, index) => toValue(row[index], Type)),
    ),
  };
}

function toValue(text: string | undefined, type: string): ResultValue {
  if (text === undefined) return null;
  if (WHOLE_NUMBERS.has(type)) return exactInteger(text);
  if (FRACTIONS.has(type)) return Number(text);
  return type === "boolean" ? text === "true" : text;
}

/** A value of a query result; one that is not a string, number or boolean is printed as JSON. */
export type ResultValue = string | number | boolean | null | readonly ResultValue[] | ResultObject;

interface ResultObject {
  readonly [name: string]: ResultValue;
}

/** The rows of a query. */
export interface QueryResult {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly ResultValue[])[];
}

/** Converts a value for a table or CSV; a missing value is `undefined`. */
export function plainValue(value: ResultValue | undefined): string | number | boolean | undefined {
  if (value === null || value === undefined) return undefined;
  return typeof value === "object" ? JSON.stringify(value) : value;
}

/** Converts a row to an object with the column names as keys. */
export function rowObject({ columns }: QueryResult, row: readonly ResultValue[]): ResultObject {
  return Object.fromEntries(columns.map((column, index) => [column, row[index] ?? null]));
}

/** Converts an integer to a number if that is exact; otherwise it stays text. */
export function exactInteger(text: string): number | string {
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : text;
}
