import { EXTENSIONS } from "@rainhooks/app-list/extensions";
import { messageOf } from "@rainhooks/core/errors";
import { print } from "@rainhooks/stage/commands/output";
import { reachStage, type StageSelection } from "@rainhooks/stage/commands/reach-stage";
import {
  type FunctionOutputs,
  functionOf,
  QUERY_API,
  type QueuedOutputs,
} from "@rainhooks/stage/outputs";
import { listDeployed } from "@rainhooks/stage/read-outputs";
import { roundsTableOf } from "@rainhooks/stage/rounds/operate-rounds";
import { readRoundsItems } from "@rainhooks/stage/rounds/rounds-items";
import { queuedOf, type StageAccess } from "@rainhooks/stage/stage-access";
import {
  egressLines,
  formatLines,
  formatTable,
  type Line,
} from "@rainhooks/stage/terminal/format-table";

/** Prints the resources of a stage, or of one webhook or worker, with its settings. */
export async function showStageCommand(
  webhook: string | undefined,
  options: StageSelection & { readonly json?: boolean | undefined },
): Promise<void> {
  const access = await reachStage(options);
  if (webhook !== undefined) await showQueued(access, webhook, options.json === true);
  else if (options.json) await print(`${JSON.stringify(access.outputs, undefined, 2)}\n`);
  else
    await print(
      `${formatLines([...linesOf(access), ...(await extensionLines(access)), ...(await openLines(access))], NAME_WIDTH)}\n`,
    );
}

/** Shows what the rounds have found. Who may not read that sees the rest. */
async function openLines(access: StageAccess): Promise<Line[]> {
  if (access.outputs.rounds === undefined) return [];
  try {
    const { open } = await readRoundsItems(roundsTableOf(access));
    return open.map(({ alarm, text }): Line => [`open ${alarm}`, text]);
  } catch (error) {
    return [["open", `not known: ${messageOf(error)}`]];
  }
}

async function extensionLines(access: StageAccess): Promise<Line[]> {
  const all = await Promise.all(
    EXTENSIONS.map(async ({ lines }) => (await lines?.())?.stageLines(access)),
  );
  return all.flatMap((lines) => lines ?? []);
}

const NAME_WIDTH = 28;

async function showQueued(access: StageAccess, name: string, json: boolean): Promise<void> {
  const found = queuedOf(access, name);
  await print(
    json
      ? `${JSON.stringify(found, undefined, 2)}\n`
      : `${formatLines(queuedLines(name, found), NAME_WIDTH)}\n`,
  );
}

/** Describes a function of a stage that reads a queue, with its settings. */
export function queuedLines(name: string, queued: QueuedOutputs): Line[] {
  const settings = Object.entries(queued.settings).map(
    ([setting, { value, kind, isDefault, description }]): Line => {
      const what = [kind, ...(isDefault ? ["default"] : [])].join(", ");
      return [
        `setting ${setting}`,
        `${value} (${what})${description === undefined ? "" : `  ${description}`}`,
      ];
    },
  );
  return [
    [kindOf(queued), name],
    ["function", queued.function ?? "your own, which reads the queue"],
    ["queue", queued.queueUrl],
    ...(queued.paused === true ? [["paused", PAUSED] as const] : []),
    ["dead-letter queue", queued.deadLetterQueueUrl],
    ...settings,
  ];
}

function linesOf({ outputs, local }: StageAccess): Line[] {
  const { stage, region, tables, archive, functions } = outputs;
  const api = functionOf(outputs, QUERY_API, "url");
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
    ["query API", api?.url ?? "-"],
    ["archive", archive?.bucket ?? "-"],
    ...egressLines(outputs),
    ...Object.entries(tables).map(([name, deployed]): Line => [`table ${name}`, deployed]),
    ...Object.entries(functions).map(
      ([name, own]): Line => [`${kindOf(own)} ${name}`, functionText(own)],
    ),
  ];
}

function kindOf({ trigger }: FunctionOutputs): string {
  return trigger === "topics" ? "webhook" : trigger === "queue" ? "worker" : "function";
}

const PAUSED = "what comes waits in its queue";

function functionText(own: FunctionOutputs): string {
  const name = own.function ?? "your own function";
  if ("paused" in own) return `${name} (paused: ${PAUSED})`;
  return own.trigger === "rate" ? `${name} (every ${own.everyMinutes} min)` : name;
}

/** Lists the stages that are deployed in a region. */
export async function listStagesCommand(options: {
  readonly region?: string | undefined;
  readonly json?: boolean | undefined;
}): Promise<void> {
  const stages = await listDeployed({ region: options.region });
  if (options.json) await print(`${JSON.stringify({ stages }, undefined, 2)}\n`);
  else if (stages.length === 0) await print("No stages are deployed in this region.\n");
  else
    await print(
      `${formatTable(
        ["stage"],
        stages.map((stage) => [stage]),
      )}\n`,
    );
}
