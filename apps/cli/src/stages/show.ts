import { RainhooksError } from "@rainhooks/core";
import type { StageOutputs } from "@rainhooks/stage";
import { formatLines, type Line } from "@rainhooks/terminal";
import { print } from "../output.ts";
import { type ReachedStage, reachStage, type StageOptions } from "../reach/stage.ts";

/** Prints the resources of a stage, or of one webhook, with its settings. */
export async function showStageCommand(
  webhook: string | undefined,
  options: StageOptions & { readonly json?: boolean | undefined },
): Promise<void> {
  const reached = await reachStage(options);
  if (webhook !== undefined) await showWebhook(reached, webhook, options.json === true);
  else if (options.json) await print(`${JSON.stringify(reached.outputs, undefined, 2)}\n`);
  else await print(`${formatLines(linesOf(reached), NAME_WIDTH)}\n`);
}

const NAME_WIDTH = 28;

async function showWebhook({ outputs }: ReachedStage, name: string, json: boolean): Promise<void> {
  const found = Object.hasOwn(outputs.webhooks, name) ? outputs.webhooks[name] : undefined;
  if (found === undefined)
    throw new RainhooksError(
      "not-found",
      `Stage ${outputs.stage} has no webhook ${name}. Its webhooks: ${Object.keys(outputs.webhooks).join(", ")}.`,
    );
  await print(
    json
      ? `${JSON.stringify(found, undefined, 2)}\n`
      : `${formatLines(webhookLines(name, found), NAME_WIDTH)}\n`,
  );
}

function webhookLines(name: string, webhook: StageOutputs["webhooks"][string]): Line[] {
  const settings = Object.entries(webhook.settings ?? {}).map(
    ([setting, { value, kind, isDefault, description }]): Line => {
      const what = [kind, ...(isDefault ? ["default"] : [])].join(", ");
      return [
        `setting ${setting}`,
        `${value} (${what})${description === undefined ? "" : `  ${description}`}`,
      ];
    },
  );
  return [
    ["webhook", name],
    ["function", webhook.function ?? "your own, which reads the queue"],
    ["queue", webhook.queueUrl ?? "none: SNS invokes the function"],
    ["dead-letter queue", webhook.deadLetterQueueUrl],
    ...settings,
  ];
}

function linesOf({ outputs, local }: ReachedStage): Line[] {
  const { stage, region, tables, archive, webhooks, scheduled, queryApi } = outputs;
  const here: Line[] =
    local === undefined
      ? [["region", region]]
      : [
          ["data", local.dataDir],
          ["AWS endpoint", local.file.endpoint],
          ["RainMaker", local.file.rainmaker?.baseUrl ?? "-"],
          ["RainMaker, MQTT", local.file.rainmaker?.mqttUrl ?? "-"],
          ["RainMaker, super admin", local.file.rainmaker?.user ?? "-"],
          [
            "RainMaker, password",
            local.file.rainmaker === undefined ? "-" : `in ${local.file.rainmaker.passwordFile}`,
          ],
        ];
  return [
    ["stage", stage],
    ...here,
    ["query API", queryApi?.url ?? "-"],
    ["archive", archive?.bucket ?? "-"],
    ...Object.entries(tables).map(([name, deployed]): Line => [`table ${name}`, deployed]),
    ...Object.entries(webhooks).map(
      ([name, made]): Line => [`webhook ${name}`, made.function ?? "your own function"],
    ),
    ...Object.entries(scheduled).map(
      ([name, made]): Line => [`scheduled ${name}`, `${made.function} (every ${made.everyMinutes} min)`],
    ),
  ];
}
