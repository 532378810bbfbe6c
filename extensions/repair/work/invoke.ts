import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import {
  AWS_CLIENT_OPTIONS,
  isJsonObject,
  LOCAL_CREDENTIALS,
  RainhooksError,
  tryParseJson,
} from "@rainhooks/core";
import type { FunctionOutputs, ReachedStage } from "@rainhooks/stage";
import type { FunctionWorksDependencies } from "./function-works.ts";
import type { WorkReply } from "./work-request.ts";

/** How often a call is tried that AWS throttles. */
const MAX_ATTEMPTS = 8;

/** Returns what invokes the function of a stage, and waits for its reply. */
export function invokerOf(
  { outputs: { region }, local }: ReachedStage,
  { function: name, endpoint }: Extract<FunctionOutputs, { readonly trigger: "invocation" }>,
  concurrency: number,
): FunctionWorksDependencies["invoke"] {
  const agent = { maxSockets: concurrency };
  const requestHandler = { httpAgent: agent, httpsAgent: agent };
  const common = { region, requestHandler, maxAttempts: MAX_ATTEMPTS };
  const client = new LambdaClient(
    local === undefined
      ? { ...AWS_CLIENT_OPTIONS, ...common }
      : { ...common, ...(endpoint === undefined ? {} : { endpoint }), credentials: LOCAL_CREDENTIALS },
  );
  return async (request) => {
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
}
