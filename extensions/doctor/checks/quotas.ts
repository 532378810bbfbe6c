import { GetAccountSettingsCommand } from "@aws-sdk/client-lambda";
import { type Check, ok, wrong } from "../check.ts";
import { mappingsOf } from "./functions.ts";

/** Lambda runs as many functions at once in the account as the stage can need. */
export const quotas: Check = {
  name: "quotas",
  page: "scale.md",
  needs: { all: ["lambda:GetAccountSettings", "lambda:ListEventSourceMappings"] },
  notLocal: "the local stage has no quotas",
  run: async (visit) => {
    const lambda = await visit.lambda();
    const { AccountLimit = {} } = await lambda.send(new GetAccountSettingsCommand({}));
    const limit = AccountLimit.UnreservedConcurrentExecutions ?? AccountLimit.ConcurrentExecutions;
    let [needed, functions] = [0, 0];
    for (const { function: name } of Object.values(visit.stage.outputs.functions)) {
      if (name === undefined) continue;
      const mappings = await mappingsOf(visit, name);
      needed += mappings.reduce((sum, one) => sum + (one.ScalingConfig?.MaximumConcurrency ?? 1), 0) || 1;
      functions += 1;
    }
    const text = `Lambda runs ${limit} invocations at once for the whole account; the ${functions} functions of the stage can need ${needed}`;
    return limit === undefined || limit >= needed
      ? [ok(text)]
      : [
          wrong(
            text,
            "Ask AWS for more (Service Quotas, Lambda, concurrent executions): others are throttled.",
          ),
        ];
  },
};
