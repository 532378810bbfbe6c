import {
  type EventSourceMappingConfiguration,
  GetFunctionConfigurationCommand,
  paginateListEventSourceMappings,
  ResourceNotFoundException,
} from "@aws-sdk/client-lambda";
import { collect } from "@rainhooks/core/collections";
import { type Check, type Finding, ok, wrong } from "../check.ts";
import type { Visit } from "../visit.ts";

/** Each function is there and active, and takes what is in its queue. */
export const functions: Check = {
  name: "functions",
  page: "first-deployment.md#functions",
  needs: { functions: ["lambda:GetFunctionConfiguration"], all: ["lambda:ListEventSourceMappings"] },
  notLocal: "functions of the local stage are processes of this machine: rainhooks logs shows what they say",
  run: async (visit) => {
    const all = Object.entries(visit.stage.outputs.functions);
    const found: Finding[] = [];
    for (const [name, one] of all) {
      if (one.function === undefined) continue;
      const isPaused = "paused" in one && one.paused === true;
      const hasQueue = "queueUrl" in one && one.queueUrl !== undefined;
      found.push(...(await lookAt(visit, { name, FunctionName: one.function, isPaused, hasQueue })));
    }
    return found.length === 0 ? [ok(`${all.length} functions are active`)] : found;
  },
};

interface Known {
  readonly name: string;
  readonly FunctionName: string;
  readonly isPaused: boolean;
  readonly hasQueue: boolean;
}

const DEPLOY = "Deploy the stage again.";

async function lookAt(visit: Visit, { name, FunctionName, isPaused, hasQueue }: Known): Promise<Finding[]> {
  const lambda = await visit.lambda();
  const command = new GetFunctionConfigurationCommand({ FunctionName });
  const found = await lambda.send(command).catch((error: unknown) => {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  });
  if (found === undefined) return [wrong(`the function ${name} does not exist`, DEPLOY)];
  const { State = "Active", LastUpdateStatus = "Successful", StateReason, LastUpdateStatusReason } = found;
  if (State === "Failed" || LastUpdateStatus === "Failed")
    return [wrong(`${name} cannot run: ${StateReason ?? LastUpdateStatusReason ?? State}`, DEPLOY)];
  if (!hasQueue) return [];
  const mappings = await mappingsOf(visit, FunctionName);
  const isTaken = mappings.some(({ State: state }) =>
    /^(?:Enabled|Enabling|Creating|Updating)$/.test(state ?? ""),
  );
  if (isTaken || isPaused) return isPaused ? [ok(`${name} is paused, as its file says`)] : [];
  return [wrong(`${name} takes nothing from its queue: its event source mapping is off`, ENABLE)];
}

const ENABLE =
  "Deploy the stage again, or enable the mapping (aws lambda update-event-source-mapping --enabled).";

/** Reads what takes messages from queues for a function. */
export async function mappingsOf(
  visit: Visit,
  FunctionName: string,
): Promise<EventSourceMappingConfiguration[]> {
  const client = await visit.lambda();
  const pages = await collect(paginateListEventSourceMappings({ client }, { FunctionName }));
  return pages.flatMap(({ EventSourceMappings = [] }) => EventSourceMappings);
}
