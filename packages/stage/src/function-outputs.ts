import { defined } from "@rainhooks/core/collections";
import type { FunctionDefinition } from "@rainhooks/webhook/define-function";
import { describeSettings } from "@rainhooks/webhook/environment";
import { replayedQueuesOf } from "@rainhooks/webhook/resources";
import * as v from "valibot";
import { type FunctionOutputs, functionSchema } from "./outputs.ts";

type ReplayOutputs = NonNullable<
  Extract<FunctionOutputs, { readonly trigger: "topics" }>["replay"]
>;

/** What a function is deployed as. What it does not have by its trigger is left out. */
export interface FunctionDeployment {
  /** Deployed name; `undefined` if the function is not the stage's. */
  readonly function: string | undefined;
  /** Environment variables of its settings. */
  readonly variables: Readonly<Record<string, string>>;
  readonly queueUrl?: string | undefined;
  readonly deadLetterQueueUrl?: string | undefined;
  readonly replay?: Pick<ReplayOutputs, "queueUrl" | "topics" | "filterPolicy"> | undefined;
  readonly paused?: boolean | undefined;
  /** Hours without an event after which a webhook is silent. */
  readonly silentAfterHours?: number | undefined;
  /** Where requests to it go, or where programs invoke it on the local stage. */
  readonly address?: string | undefined;
}

/**
 * Returns the facts of a function that other programs need, from its definition and its deployment,
 * as the schema says. Only this function decides it, for deployed stages and local ones.
 */
export function functionOutputs(
  definition: FunctionDefinition,
  deployed: FunctionDeployment,
): FunctionOutputs {
  const { function: name, variables, paused, address, replay, ...rest } = deployed;
  const known = {
    ...definition,
    ...rest,
    replay: replay && { ...replay, ...replayFields(definition) },
    settings: describeSettings(definition.settings, variables),
    function: name,
    timeoutS: name === undefined ? undefined : definition.function.timeoutS,
    paused: paused === true ? true : undefined,
    url: address,
    endpoint: address,
  };
  return v.parse(
    functionSchema,
    Object.fromEntries(Object.entries(known).filter(([, one]) => one !== undefined)),
  );
}

function replayFields(definition: FunctionDefinition): Partial<ReplayOutputs> {
  if (definition.trigger !== "topics") return {};
  const needsAddress = definition.replay === "accept-addressed" || undefined;
  const [through] = replayedQueuesOf(definition);
  return defined({ needsAddress, through });
}
