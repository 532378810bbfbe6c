import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { AWS_CLIENT_OPTIONS } from "@rainhooks/core/aws-client";
import { LOCAL_CREDENTIALS } from "@rainhooks/core/emulator";
import { RainhooksError } from "@rainhooks/core/errors";
import { isJsonObject, tryParseJson } from "@rainhooks/core/json";
import type { FunctionOutputs } from "@rainhooks/stage/outputs";
import type { ReachedStage } from "@rainhooks/stage/reached";
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
