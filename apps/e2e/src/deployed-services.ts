import type { Stage } from "@rainhooks/local-aws";
import type { StageOutputs } from "@rainhooks/stage";
import type { ServiceAnswer, ServiceCall } from "@rainhooks/testing";

/** Deployed stages in SSM. */
export const DEPLOYED = ["dev", "prod"];

const TABLES = [
  "filter-rules",
  "node-status",
  "node-timeline",
  "fleet-samples",
  "time-series",
  "time-series-rollups",
];

/** The outputs of a deployed stage with the tables, queues and bucket of a local stage. */
export function outputsLike({ provisioned }: Stage): StageOutputs & Required<Pick<StageOutputs, "queryApi">> {
  const webhooks = [...provisioned.queues].map(([name, { queue, deadLetters }]) => {
    // One webhook is invoked by SNS directly.
    const own = name === "hello" ? {} : { queueUrl: queue.url };
    return [name, { function: `rainhooks-dev-${name}`, ...own, deadLetterQueueUrl: deadLetters.url }];
  });
  const workers = [...provisioned.workers].map(([name, { queue, deadLetters }]) => {
    const urls = { queueUrl: queue.url, deadLetterQueueUrl: deadLetters.url };
    return [name, { function: `rainhooks-dev-${name}`, ...urls }];
  });
  return {
    stage: "dev",
    region: "us-east-1",
    tables: Object.fromEntries(TABLES.map((name) => [name, `rainhooks-local-${name}`])),
    archive: {
      bucket: "rainhooks-local-archive",
      stream: "rainhooks-local-archive",
      athena: { database: "rainhooks_dev_archive", table: "deliveries", workgroup: "rainhooks-dev-archive" },
    },
    webhooks: Object.fromEntries(webhooks),
    workers: Object.fromEntries(workers),
    parameters: {},
    scheduled: { "fleet-samples": { function: "rainhooks-dev-fleet-samples", everyMinutes: 5 } },
    queryApi: { function: "rainhooks-dev-query-api", url: "https://abc.lambda-url.us-east-1.on.aws/" },
  };
}

/** Responses of SSM to the lookup of stages. Source of the format: AWS Systems Manager API reference. */
export function answerOfSsm({ action, input }: ServiceCall, outputs: StageOutputs): ServiceAnswer {
  if (action === "GetParametersByPath") {
    const Parameters = DEPLOYED.map((stage) => ({ Name: `/rainhooks/${stage}/outputs`, Value: "{}" }));
    return { body: { Parameters: [...Parameters, { Name: "/rainhooks/dev/other", Value: "" }] } };
  }
  const found = (value: unknown) => ({ body: { Parameter: { Value: JSON.stringify(value) } } });
  switch (input["Name"]) {
    case "/rainhooks/dev/outputs":
      return found(outputs);
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

function withoutTimeSeries({ queryApi, tables, ...rest }: StageOutputs): StageOutputs {
  const kept = Object.entries(tables).filter(([table]) => !table.startsWith("time-series"));
  return { ...rest, stage: "partial", tables: Object.fromEntries(kept) };
}

/** The end of a query, and the error category if it fails. */
export interface AthenaEnd {
  readonly state: "SUCCEEDED" | "FAILED";
  readonly category?: number;
}

/**
 * Responses of Athena for one query. Source of the format: Amazon Athena API reference, StartQueryExecution, GetQueryExecution,
 * GetQueryResults.
 */
export function answerOfAthena(
  { action, input }: ServiceCall,
  calls: readonly ServiceCall[],
  { state, category }: AthenaEnd,
): ServiceAnswer {
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
const SECOND_PAGE = { ResultSet: { ResultSetMetadata, Rows: [row(undefined, "2", undefined, "false")] } };
