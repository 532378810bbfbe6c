import { setTimeout as pause } from "node:timers/promises";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { defined } from "@rainhooks/core/collections";
import { LOCAL_CREDENTIALS } from "@rainhooks/core/emulator";
import { RainhooksError } from "@rainhooks/core/errors";
import { isJsonObject, tryParseJson } from "@rainhooks/core/json";
import { clientOptions } from "@rainhooks/stage/account";
import { functionOf } from "@rainhooks/stage/outputs";
import type { StageAccess } from "@rainhooks/stage/stage-access";
import type { WorkReply } from "./request.ts";
import type { WorkFunction } from "./work.ts";

/** How often a call is tried that AWS throttles. */
const MAX_ATTEMPTS = 8;

/**
 * Returns the function of a stage that does parts of jobs.
 *
 * @param work `store-read` for a verification, which may write nothing; `store-work` for a rebuild.
 * @throws {RainhooksError} `not-found` if the stage does not have it.
 */
export function workFunctionOf(
  { outputs, local, profile }: StageAccess,
  work: "store-read" | "store-work",
): WorkFunction {
  const found = functionOf(outputs, work, "invocation");
  if (found === undefined)
    throw new RainhooksError(
      "not-found",
      `Stage ${outputs.stage} has no function ${work}, which does this. A stage with the part repair and an archive has it: ${local === undefined ? "deploy it with this version" : "start it with the webhook archive"}.`,
    );
  const { function: name, endpoint, maxConcurrency: concurrency } = found;
  const agent = { maxSockets: concurrency };
  const requestHandler = { httpAgent: agent, httpsAgent: agent };
  const common = { requestHandler, maxAttempts: MAX_ATTEMPTS };
  const { region } = outputs;
  const here = { region, ...defined({ endpoint }), credentials: LOCAL_CREDENTIALS };
  const place = local === undefined ? clientOptions({ region, profile }) : here;
  const client = new LambdaClient({ ...place, ...common });
  const invoke: WorkFunction["invoke"] = async (request) => {
    const { Payload, FunctionError } = await client.send(
      new InvokeCommand({ FunctionName: name, Payload: JSON.stringify(request) }),
    );
    const parsed = tryParseJson(Payload?.transformToString() ?? "");
    const reply = isJsonObject(parsed) ? parsed : {};
    if (FunctionError === undefined) return reply as WorkReply;
    throw new RainhooksError(
      "stage-unavailable",
      `The function ${name} failed: ${String(reply["errorMessage"] ?? FunctionError)}. Its log says more.`,
    );
  };
  return { name: work, invoke, concurrency, wait: pause };
}
