import { formatLines, type Line } from "@rainhooks/terminal";
import { print } from "../output.ts";
import { type ReachedStage, reachStage, type StageOptions } from "../reach/stage.ts";

/** Prints the resources of a stage. */
export async function showStageCommand(
  options: StageOptions & { readonly json?: boolean | undefined },
): Promise<void> {
  const reached = await reachStage(options);
  if (options.json) await print(`${JSON.stringify(reached.outputs, undefined, 2)}\n`);
  else await print(`${formatLines(linesOf(reached), NAME_WIDTH)}\n`);
}

const NAME_WIDTH = 28;

function linesOf({ outputs, local }: ReachedStage): Line[] {
  const { stage, region, tables, archive, webhooks, queryApi } = outputs;
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
    ...Object.entries(webhooks).map(([name, made]): Line => [`webhook ${name}`, made.function]),
  ];
}
