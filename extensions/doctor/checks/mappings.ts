import { GetAccountSettingsCommand, paginateListEventSourceMappings } from "@aws-sdk/client-lambda";
import { collect } from "@rainhooks/core/collections";
import { type Check, ok, wrong } from "../check.ts";

/** Each function takes what is in its queue, and Lambda may run as many at once as the stage can need. */
export const mappings: Check = {
  name: "functions",
  page: "first-deployment.md#functions",
  needs: { "ask-all": ["lambda:GetAccountSettings", "lambda:ListEventSourceMappings"] },
  notLocal: "functions of the local stage are processes of this machine",
  run: async ({ stage, lambda }) => {
    const client = await lambda();
    const idle: string[] = [];
    let needed = 0;
    for (const [name, one] of Object.entries(stage.outputs.functions)) {
      if (one.function === undefined) continue;
      const query = { FunctionName: one.function };
      const pages = await collect(paginateListEventSourceMappings({ client }, query));
      const all = pages.flatMap(({ EventSourceMappings = [] }) => EventSourceMappings);
      const taken = all.filter(({ State = "" }) => !/^Disabl|^Delet/.test(State));
      if ("queueUrl" in one && one.paused !== true && taken.length === 0) idle.push(name);
      needed += Math.max(1, ...taken.map(({ ScalingConfig }) => ScalingConfig?.MaximumConcurrency ?? 1));
    }
    const { AccountLimit } = await client.send(new GetAccountSettingsCommand({}));
    const limit = AccountLimit?.ConcurrentExecutions ?? needed;
    const text = `Lambda runs ${limit} invocations at once for the account; the stage can need ${needed}`;
    return [
      ...idle.map((name) =>
        wrong(`nothing takes what is in the queue of ${name}: its mapping is off`, DEPLOY),
      ),
      limit < needed ? wrong(text, "Ask AWS for more in Service Quotas, or others are throttled.") : ok(text),
    ];
  },
};

const DEPLOY = "Deploy the stage again, or: aws lambda update-event-source-mapping --enabled --uuid …";
