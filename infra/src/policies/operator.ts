import { queryApi } from "@rainhooks/app-list/query-api";
import { filterRulesReads } from "@rainhooks/filter/table-use";
import { nameOf } from "@rainhooks/stack/config/config";
import { isOfParts, withoutOtherParts } from "@rainhooks/stack/function/deployment";
import {
  arnMaker,
  keyFor,
  type PolicyStatement,
  statementsOf,
} from "@rainhooks/stack/policies/document";
import type { Changes, OperatorTask } from "@rainhooks/stack/stack-part";
import { outputsParameter } from "@rainhooks/stage/outputs";
import { auditsTable, replaysTable } from "@rainhooks/stage/tables/stage-tables";
import { type FunctionOf, triggeredBy } from "@rainhooks/webhook/define-function";
import { databaseName } from "../archive/database-name.ts";
import { deployedTables, isDeployed, type StageConfig } from "../config.ts";
import { PARTS } from "../parts.ts";
import type { StageContents } from "../stack.ts";
import { stageData } from "../stores/stage-data.ts";
import { replayStatements } from "./replay.ts";

/** What an operator may do with a stage, besides what extensions add. */
const TASKS: readonly OperatorTask<StageConfig>[] = [
  {
    name: "ask",
    changes: { items: ["time-series-rollups*"], functions: ["query-api"] },
    statements: (config, { functions }) =>
      triggeredBy(functions, "url")
        .filter(({ name }) => name === queryApi.name)
        .flatMap((api) => askStatements(config, api)),
  },
  {
    name: "archive",
    changes: { objects: ["results-*/*"], queries: ["archive"] },
    statements: archiveStatements,
  },
  { name: "logs", statements: logStatements },
  {
    name: "audit",
    statements: (config) => auditStatements(config, "ReadAudits", "dynamodb: Query"),
  },
  {
    name: "replay",
    isRecorded: true,
    changes: { items: [replaysTable.name], messages: ["*-replay"] },
    statements: replayStatements,
  },
];

const ALL_TASKS = [
  ...TASKS.map((task) => ({ ...task, part: undefined })),
  ...PARTS.flatMap(({ name: part, tasks = [] }) => tasks.map((task) => ({ ...task, part }))),
];

/** The names of all tasks. */
export const OPERATOR_TASKS: readonly string[] = [...new Set(ALL_TASKS.map(({ name }) => name))];

/** Returns what each task may change, whether it records that, and what it may change for that. */
export const TASK_CHANGES: ReadonlyMap<
  string,
  { readonly isRecorded: boolean; readonly changes: Changes }
> = new Map(
  OPERATOR_TASKS.map((task) => {
    const all = ALL_TASKS.filter(({ name }) => name === task);
    const isRecorded = all.some((one) => one.isRecorded === true);
    const { items = [], ...others }: Changes = Object.assign(
      {},
      ...all.map(({ changes }) => changes),
    );
    const records = isRecorded && !items.includes("*") ? [auditsTable.name] : [];
    const both = [...new Set([...items, ...records])];
    return [task, { isRecorded, changes: both.length === 0 ? others : { items: both, ...others } }];
  }),
);

/**
 * The tasks of a policy for which none is named: not those that write tables, or read everything.
 */
export const USUAL_TASKS: readonly string[] = OPERATOR_TASKS.filter((task) =>
  ALL_TASKS.some(({ name, isUsual = true }) => name === task && isUsual),
);

/**
 * Returns the permissions of somebody who works with a deployed stage through the command line.
 *
 * @param tasks `ask`: questions about nodes and series; `archive`: queries and objects of the
 * archive; `logs`: read the functions' logs; those of the operations of extensions have their
 * names.
 */
export function operatorStatements(
  config: StageConfig,
  contents: Pick<StageContents, "functions">,
  tasks: readonly string[],
): PolicyStatement[] {
  const arns = arnMaker(config);
  const functions = contents.functions.map((one) => withoutOtherParts(config, one));
  const deployed = functions.filter((one) => isDeployed(config, one));
  const tables = stageData(config, functions).tables.flatMap((table) =>
    deployedTables(config, table),
  );
  const context = { functions, deployed, tables: tables.map(({ name }) => name) };
  const allowed = tasks.flatMap((task) =>
    ALL_TASKS.filter(({ name, part }) => name === task && isOfParts(config, { part })).map(
      (one) => {
        const { isRecorded = false } = one;
        const own = one.statements(config, context);
        return { isRecorded: isRecorded && own.length > 0, statements: own };
      },
    ),
  );
  return [
    ...statementsOf([
      [
        "FindStage",
        "ssm: GetParameter",
        [arns.of("ssm", `parameter${outputsParameter(config.name)}`)],
      ],
      // To list the deployed stages. The call can read everything below this path: secrets have
      // another one.
      ["ListStages", "ssm: GetParametersByPath", [arns.of("ssm", "parameter/rainhooks")]],
    ]),
    ...(allowed.some(({ isRecorded }) => isRecorded) ? recordStatements(config) : []),
    ...allowed.flatMap(({ statements }) => statements),
  ];
}

/** What cannot be recorded is not done. */
function recordStatements(config: StageConfig): PolicyStatement[] {
  return [
    ...auditStatements(config, "RecordWhatIsDone", "dynamodb: PutItem UpdateItem"),
    ...keyFor(config, "Record", ["kms:Decrypt", "kms:GenerateDataKey"]),
  ];
}

function auditStatements(config: StageConfig, sid: string, calls: string): PolicyStatement[] {
  return statementsOf([[sid, calls, [arnMaker(config).table(auditsTable.name)]]]);
}

function logStatements(config: StageConfig): PolicyStatement[] {
  const groups = arnMaker(config).of("logs", `log-group:/aws/lambda/${nameOf(config, "*")}`);
  return statementsOf([["ReadLogs", "logs: FilterLogEvents GetLogEvents", [groups]]]);
}

/** The same calls that the query API makes, and the API itself. */
function askStatements(config: StageConfig, queryApi: FunctionOf<"url">): PolicyStatement[] {
  const arns = arnMaker(config);
  const tables = Object.values(queryApi.resources).flatMap((resource) =>
    resource.kind === "table"
      ? deployedTables(config, resource.table).map((table) => ({
          ...table,
          actions: resource.actions,
        }))
      : [],
  );
  const api = [arns.of("lambda", `function:${nameOf(config, queryApi.name)}`)];
  const used = [...Map.groupBy(tables, ({ actions }) => actions.toSorted().join()).values()];
  return [
    // Each table with its own calls: one that is written is not all.
    ...used.map((alike, index) => ({
      Sid: `AskTables${index + 1}`,
      Action: (alike[0]?.actions ?? []).toSorted(),
      Resource: alike.flatMap(({ name, indexes = [] }) => {
        const table = arns.table(name);
        return [table, ...indexes.map((index) => `${table}/index/${index.name}`)];
      }),
    })),
    ...statementsOf([
      [
        "AskApi",
        "lambda: InvokeFunctionUrl",
        api,
        { StringEquals: { "lambda:FunctionUrlAuthType": "AWS_IAM" } },
      ],
      [
        "AskApiFunction",
        "lambda: InvokeFunction",
        api,
        { Bool: { "lambda:InvokedViaFunctionUrl": "true" } },
      ],
    ]),
    ...keyFor(config, "Ask", ["kms:Decrypt"]),
  ];
}

function archiveStatements(config: StageConfig): PolicyStatement[] {
  const arns = arnMaker(config);
  const database = databaseName(config);
  const archive = arns.bucket(nameOf(config, "archive-*"));
  const results = arns.bucket(nameOf(config, "results-*"));
  const schema = ["catalog", `database/${database}`, `table/${database}/*`].map((one) =>
    arns.of("glue", one),
  );
  const workgroup = arns.of("athena", `workgroup/${nameOf(config, "archive")}`);
  const athena =
    "GetQueryExecution GetQueryResults GetWorkGroup StartQueryExecution StopQueryExecution";
  const { actions: Action, table } = filterRulesReads;
  return [
    ...statementsOf([
      ["QueryArchive", `athena: ${athena}`, [workgroup]],
      ["ReadArchiveSchema", "glue: GetDatabase GetPartitions GetTable", schema],
      ["ListArchive", "s3: GetBucketLocation ListBucket", [archive, results]],
      ["ReadArchive", "s3: GetObject", [`${archive}/*`]],
      ["KeepResults", "s3: AbortMultipartUpload GetObject PutObject", [`${results}/*`]],
    ]),
    // To trace a delivery.
    {
      Sid: "ReadFilterRules",
      Action,
      Resource: [arns.table(table.name)],
    },
    ...keyFor(config, "Archive", ["kms:Decrypt", "kms:GenerateDataKey"]),
  ];
}
