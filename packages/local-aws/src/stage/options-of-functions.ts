import { RainhooksError } from "@rainhooks/core";
import { deployedName, streamsOf, triggeredBy } from "@rainhooks/webhook/define";
import type { Emulators } from "../emulators/embedded.ts";
import type { ProvisionedStage } from "../provision/provision.ts";
import { defaultSettings, type FunctionOptions } from "./function-options.ts";
import { withPrivateReceivers } from "./private-receivers.ts";
import type { StageOptions } from "./stage-options.ts";

/** Returns the options of all functions of a stage. */
export function functionOptions(
  options: StageOptions,
  { endpoint, endReceives }: Emulators,
  { queues, topics }: ProvisionedStage,
): FunctionOptions {
  const { name: stage, functions, functionEndpoint } = options;
  const streams = functions.flatMap(streamsOf);
  return {
    ...options,
    settingsOf: withPrivateReceivers(options.settingsOf ?? defaultSettings),
    stage,
    endReceives,
    archived: triggeredBy(functions, "topics")
      .filter((webhook) => streamsOf(webhook).length > 0)
      .flatMap(({ events }) => events),
    archiveBucket: streams[0] && deployedName(stage, streams[0].bucket),
    queueUrlOf: (name) => {
      const url = queues.get(name)?.queue.url;
      if (url !== undefined) return url;
      throw new RainhooksError(
        "stage-failed",
        `A function uses the queue of ${name}, which the stage does not run. Add it to the functions of the stage.`,
      );
    },
    topicArnOf: (event) => topics.get(event) ?? "",
    endpointOf: async (name) => (await functionEndpoint?.(name, endpoint)) ?? endpoint,
  };
}

/** Returns what the ARNs of the topics begin with. */
export function topicArnPrefix({ topics }: ProvisionedStage): string {
  const [arn = ""] = topics.values();
  return arn.slice(0, arn.lastIndexOf(":") + 1);
}
