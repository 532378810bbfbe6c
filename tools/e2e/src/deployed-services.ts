import { gzipSync } from "node:zlib";
import { SHIPPED } from "@rainhooks/app-list";
import type { Stage } from "@rainhooks/local/aws/stage/stage";
import { functionOutputs } from "@rainhooks/stage/function-outputs";
import type { StageOutputs } from "@rainhooks/stage/outputs";
import type { ServiceCall, ServiceResponse } from "@rainhooks/testing/scripted-service";

/** Deployed stages in SSM. */
export const DEPLOYED = ["acme-dev", "beta-dev", "dev", "prod"];

const TABLES = [
  "audits",
  "filter-rules",
  "table-slots",
  "node-status",
  "node-timeline",
  "fleet-samples",
  "time-series",
  "time-series-rollups",
];

const URL = "https://abc.lambda-url.us-east-1.on.aws/";

/** The outputs of a deployed stage with the tables, queues and bucket of a local stage. */
export function outputsLike({ provisioned }: Stage): StageOutputs {
  const functions = SHIPPED.flatMap((definition) => {
    const own = provisioned.queues.get(definition.name);
    if (definition.optional === true) return [];
    const outputs = functionOutputs(definition, {
      function: `rainhooks-dev-${definition.name}`,
      variables: {},
      queueUrl: own?.queue.url,
      deadLetterQueueUrl: own?.deadLetters.url,
      address: URL,
    });
    return [[definition.name, outputs]];
  });
  return {
    stage: "dev",
    region: "us-east-1",
    integration: "rainhooks-dev",
    tables: Object.fromEntries(TABLES.map((name) => [name, `rainhooks-local-${name}`])),
    archive: {
      bucket: "rainhooks-local-archive",
      stream: "rainhooks-local-archive",
      bufferS: 1,
      athena: {
        database: "rainhooks_dev_archive",
        table: "deliveries",
        workgroup: "rainhooks-dev-archive",
      },
    },
    parameters: {},
    functions: Object.fromEntries(functions),
  };
}

/**
 * Responses of SSM to the lookup of stages. Source of the format: AWS Systems Manager API
 * reference.
 */
export function responseOfSsm(
  { action, input }: ServiceCall,
  outputs: StageOutputs,
  written: unknown = outputs,
): ServiceResponse {
  if (action === "GetParametersByPath") {
    const Parameters = DEPLOYED.map((stage) => ({
      Name: `/rainhooks/${stage}/outputs`,
      Value: "{}",
    }));
    return { body: { Parameters: [...Parameters, { Name: "/rainhooks/dev/other", Value: "" }] } };
  }
  const found = (value: unknown) => ({
    body: { Parameter: { Value: gzipSync(JSON.stringify(value)).toString("base64") } },
  });
  switch (input["Name"]) {
    case "/rainhooks/dev/outputs":
      return found(written);
    case "/rainhooks/acme-dev/outputs":
    case "/rainhooks/beta-dev/outputs":
      return found({ ...outputs, stage: input["Name"].split("/")[2] });
    case "/rainhooks/partial/outputs":
      return found(withoutTimeSeries(outputs));
    case "/rainhooks/prod/outputs":
      return found({ region: "us-east-1" });
    case "/rainhooks/denied/outputs": {
      const message = "User u is not authorized to perform: ssm:GetParameter";
      return { status: 400, body: { __type: "AccessDeniedException", message } };
    }
    default:
      return { status: 400, body: { __type: "ParameterNotFound" } };
  }
}

function withoutTimeSeries({ functions, tables, ...rest }: StageOutputs): StageOutputs {
  const { "query-api": _api, ...others } = functions;
  const kept = Object.entries(tables).filter(([table]) => !table.startsWith("time-series"));
  return { ...rest, stage: "partial", functions: others, tables: Object.fromEntries(kept) };
}

/** The end of a query, and the error category if it fails. */
export interface AthenaEnd {
  readonly state: "SUCCEEDED" | "FAILED";
  readonly category?: number;
}

/**
 * Responses of Athena for one query. Source of the format: Amazon Athena API reference,
 * StartQueryExecution, GetQueryExecution, GetQueryResults.
 */
export function responseOfAthena(
  { action, input }: ServiceCall,
  calls: readonly ServiceCall[],
  { state, category }: AthenaEnd,
): ServiceResponse {
  if (action === "StartQueryExecution" && input["QueryString"] === "SELEC 1") {
    const message = "line 1:1: mismatched input 'SELEC'";
    return { status: 400, body: { __type: "InvalidRequestException", message } };
  }
  if (action === "StartQueryExecution") return { body: { QueryExecutionId: "q1" } };
  if (action === "GetQueryExecution") {
    const looks = calls.filter((call) => call.action === action).length;
    const State = looks === 1 ? "RUNNING" : state;
    const StateChangeReason = "SYNTAX_ERROR: line 1:8: Column 'x' cannot be resolved\n  more";
    const Status = { State, StateChangeReason, AthenaError: { ErrorCategory: category } };
    return { body: { QueryExecution: { Status, Statistics: { DataScannedInBytes: 5_242_880 } } } };
  }
  return { body: input["NextToken"] === undefined ? FIRST_PAGE : SECOND_PAGE };
}

const cell = (VarCharValue?: string) => (VarCharValue === undefined ? {} : { VarCharValue });
const row = (...values: (string | undefined)[]) => ({ Data: values.map(cell) });
const ResultSetMetadata = {
  ColumnInfo: [
    { Name: "topic", Type: "varchar" },
    { Name: "n", Type: "bigint" },
    { Name: "share", Type: "double" },
    { Name: "ok", Type: "boolean" },
  ],
};
const FIRST_PAGE = {
  NextToken: "more",
  ResultSet: {
    ResultSetMetadata,
    Rows: [row("topic", "n", "share", "ok"), row("a", "9007199254740993", "0.5", "true")],
  },
};
const SECOND_PAGE = {
  ResultSet: { ResultSetMetadata, Rows: [row(undefined, "2", undefined, "false")] },
};
