import { filterRulesTable } from "@rainhooks/filter/table";
import { LOCAL_REGION, type StageOutputs } from "@rainhooks/stage";
import { type Api, deployedName, type Webhook } from "@rainhooks/webhook/define";
import type { ProvisionedStage } from "../provision/provision.ts";

/** Returns the outputs of a local stage, in the format of a deployed one. */
export function outputsOf(
  stage: string,
  webhooks: readonly Webhook[],
  api: Api,
  { queues }: ProvisionedStage,
  apiUrl: string,
): StageOutputs {
  const resources = [...webhooks, api].flatMap((one) => Object.values(one.resources));
  const tables = resources.flatMap((one) => (one.kind === "table" ? [one.table.name] : []));
  const [stream] = resources.flatMap((one) => (one.kind === "stream" ? [one.stream] : []));
  return {
    stage,
    region: LOCAL_REGION,
    tables: Object.fromEntries(
      [filterRulesTable.name, ...tables].map((name) => [name, deployedName(stage, name)]),
    ),
    ...(stream === undefined
      ? {}
      : {
          archive: {
            bucket: deployedName(stage, stream.bucket),
            stream: deployedName(stage, stream.name),
          },
        }),
    webhooks: Object.fromEntries(
      [...queues].map(([name, { queue, deadLetters }]) => [
        name,
        {
          function: deployedName(stage, name),
          queueUrl: queue.url,
          deadLetterQueueUrl: deadLetters.url,
        },
      ]),
    ),
    queryApi: { function: deployedName(stage, api.name), url: apiUrl },
  };
}
