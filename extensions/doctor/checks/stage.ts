import { DescribeTableCommand, ResourceNotFoundException } from "@aws-sdk/client-dynamodb";
import { GetAccountSettingsCommand, paginateListEventSourceMappings } from "@aws-sdk/client-lambda";
import { collect } from "@rainhooks/core/collections";
import { MINUTE_MS, SECOND_MS } from "@rainhooks/core/durations";
import { allQueued, queueNameOf } from "@rainhooks/stage/stage-access";
import { slotClient } from "@rainhooks/stage/tables/live-tables";
import { type Check, type Finding, notChecked, ok, wrong } from "../check.ts";

/** The clock of this computer is that of AWS. */
export const clock: Check = {
  name: "clock",
  page: "first-deployment.md#clock",
  needs: {},
  notLocal: "the local stage has the clock of this computer",
  run: async ({ stage, signal = null }) => {
    const [[, queue] = []] = allQueued(stage);
    // SQS refuses a request without a signature, and says when.
    const { headers } = await fetch(queue?.deadLetterQueueUrl ?? "", { signal });
    const offMs = Math.abs(Date.now() - Date.parse(headers.get("date") ?? ""));
    if (Number.isNaN(offMs)) return [notChecked("the response of SQS has no date")];
    // AWS refuses what was signed five minutes earlier or later; a trial is looked for by its time.
    if (offMs <= MINUTE_MS) return [ok("this computer and AWS have the same time")];
    const text = `the clock of this computer is off by ${Math.round(offMs / SECOND_MS)} s`;
    return [wrong(text, "Set it by the network (NTP).")];
  },
};

/** Each table is there, and its key can be used. */
export const tables: Check = {
  name: "tables",
  page: "first-deployment.md#tables",
  needs: { tables: ["dynamodb:DescribeTable"] },
  run: async ({ stage }) => {
    const client = slotClient(stage);
    const problems = Object.values(stage.outputs.tables).map(async (TableName) => {
      try {
        const { Table = {} } = await client.send(new DescribeTableCommand({ TableName }));
        if (Table.SSEDescription?.InaccessibleEncryptionDateTime !== undefined)
          return [wrong(`DynamoDB cannot use the key of ${TableName}`, ENABLE)];
        const { TableStatus = "ACTIVE" } = Table;
        if (["ACTIVE", "UPDATING"].includes(TableStatus)) return [];
        return [wrong(`the table ${TableName} is ${TableStatus}`, "Wait, and look again.")];
      } catch (error) {
        if (!(error instanceof ResourceNotFoundException)) throw error;
        return [
          wrong(`the table ${TableName} does not exist`, "Read docs/runbook.md before you deploy."),
        ];
      }
    });
    const all = (await Promise.all(problems)).flat();
    return all.length > 0 ? all : [ok(`${problems.length} tables are there`)];
  },
};

const ENABLE =
  "Enable the key (kmsKeyArn) within seven days, and compare its policy with npm run key-policy.";

/**
 * Each function takes what is in its queue, and Lambda may run as many at once as the stage can
 * need.
 */
export const mappings: Check = {
  name: "functions",
  page: "first-deployment.md#functions",
  needs: { "ask-all": ["lambda:GetAccountSettings", "lambda:ListEventSourceMappings"] },
  notLocal: "functions of the local stage are processes of this machine",
  run: async ({ stage, lambda }) => {
    const client = await lambda();
    const problems: Finding[] = [];
    let needed = 0;
    for (const [name, one] of Object.entries(stage.outputs.functions)) {
      if (one.function === undefined) continue;
      const query = { FunctionName: one.function };
      const pages = await collect(paginateListEventSourceMappings({ client }, query));
      const all = pages.flatMap(({ EventSourceMappings = [] }) => EventSourceMappings);
      const taken = all.filter(({ State = "" }) => !/^Disabl|^Delet/.test(State));
      const queue =
        "queueUrl" in one && one.paused !== true ? queueNameOf(one.queueUrl) : undefined;
      // That of its replays reads another queue.
      if (queue !== undefined && !taken.some((each) => each.EventSourceArn?.endsWith(`:${queue}`)))
        problems.push(
          wrong(`nothing takes what is in the queue of ${name}: its mapping is off`, DEPLOY),
        );
      if (taken.some(({ FilterCriteria }) => (FilterCriteria?.Filters ?? []).length > 0))
        problems.push(wrong(`Lambda drops messages for ${name}: its mapping has a filter`, DEPLOY));
      needed += Math.max(
        1,
        ...taken.map(({ ScalingConfig }) => ScalingConfig?.MaximumConcurrency ?? 1),
      );
    }
    const { AccountLimit } = await client.send(new GetAccountSettingsCommand({}));
    const limit = AccountLimit?.ConcurrentExecutions ?? needed;
    const text = `Lambda runs ${limit} invocations at once for the account; the stage can need ${needed}`;
    return [
      ...problems,
      limit < needed
        ? wrong(text, "Ask AWS for more in Service Quotas, or others are throttled.")
        : ok(text),
    ];
  },
};

const DEPLOY = "Deploy the stage again: Terraform makes the mapping as it was.";
