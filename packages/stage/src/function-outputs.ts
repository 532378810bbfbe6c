import type { FunctionDefinition } from "@rainhooks/webhook/define";
import { describeSettings } from "@rainhooks/webhook/environment";
import type { FunctionOutputs } from "./outputs.ts";

type OfTopics = Extract<FunctionOutputs, { readonly trigger: "topics" }>;

/** What a function is deployed as. What it does not have by its trigger is left out. */
export interface DeployedFunction {
  /** Deployed name; `undefined` if the function is not the stage's. */
  readonly function: string | undefined;
  /** Environment variables of its settings. */
  readonly variables: Readonly<Record<string, string>>;
  readonly queueUrl?: string | undefined;
  readonly deadLetterQueueUrl?: string | undefined;
  readonly delivery?: OfTopics["delivery"] | undefined;
  readonly replay?: OfTopics["replay"];
  readonly paused?: boolean | undefined;
  /** Where requests to it go, or where programs invoke it on the local stage. */
  readonly address?: string | undefined;
}

/** Returns what other programs need of a function. This is the only place that decides it, for deployed stages and local ones. */
export function functionOutputs(definition: FunctionDefinition, deployed: DeployedFunction): FunctionOutputs {
  const { function: name = "", variables, queueUrl, deadLetterQueueUrl = "", address } = deployed;
  const settings = describeSettings(definition.settings, variables);
  const paused = deployed.paused === true ? ({ paused: true } as const) : {};
  const running = { settings, function: name, timeoutS: definition.function.timeoutS };
  switch (definition.trigger) {
    case "topics":
      return {
        trigger: "topics",
        ...(name === "" ? { settings } : running),
        delivery: deployed.delivery ?? "queue",
        ...(queueUrl === undefined ? {} : { queueUrl }),
        deadLetterQueueUrl,
        ...paused,
        ...(deployed.replay === undefined ? {} : { replay: deployed.replay }),
      };
    case "queue":
      return { trigger: "queue", ...running, queueUrl: queueUrl ?? "", deadLetterQueueUrl, ...paused };
    case "rate":
      return { trigger: "rate", ...running, everyMinutes: definition.everyMinutes };
    case "invocation":
      return {
        trigger: "invocation",
        ...running,
        maxConcurrency: definition.maxConcurrency,
        ...(address === undefined ? {} : { endpoint: address }),
      };
    case "url":
      return { trigger: "url", ...running, url: address ?? "" };
  }
}
