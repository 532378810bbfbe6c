import { RainhooksError } from "@rainhooks/core";
import { deployedName, streamsOf } from "@rainhooks/webhook/define";
import type { ProvisionedStage } from "../provision/provision.ts";
import type { StageOptions } from "./options.ts";
import { withPrivateReceivers } from "./private-receivers.ts";
import { defaultSettings, type FunctionOptions } from "./start-pool.ts";

/** Returns the options of all functions of a stage. */
export function functionOptions(
  options: StageOptions,
  endpoint: string,
  { workers, queues, topics }: ProvisionedStage,
): FunctionOptions {
  const { name: stage, functionEndpoint } = options;
  return {
    ...options,
    settingsOf: withPrivateReceivers(options.settingsOf ?? defaultSettings),
    stage,
    archived: [...options.webhooks, ...(options.byFirehose ?? [])]
      .filter((webhook) => streamsOf(webhook).length > 0)
      .flatMap(({ events }) => events),
    queueUrlOf: (name) => {
      const url = (workers.get(name) ?? queues.get(name))?.queue.url;
      if (url !== undefined) return url;
      throw new RainhooksError(
        "stage-failed",
        `A function uses the queue of ${name}, which the stage does not run. Add it to the webhooks or workers of the stage.`,
      );
    },
    topicArnOf: (event) => topics.get(event) ?? "",
    endpointOf: async (name) => (await functionEndpoint?.(name, endpoint)) ?? endpoint,
  };
}

/** The bucket of the archive, of a stage that archives. */
export function archiveBucketOf({ name, webhooks, byFirehose = [] }: StageOptions): string | undefined {
  const [stream] = [...webhooks, ...byFirehose].flatMap(streamsOf);
  return stream === undefined ? undefined : deployedName(name, stream.bucket);
}

/** Returns what the ARNs of the topics begin with. */
export function topicArnPrefix({ topics }: ProvisionedStage): string {
  const [arn = ""] = topics.values();
  return arn.slice(0, arn.lastIndexOf(":") + 1);
}
