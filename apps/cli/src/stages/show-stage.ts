import { messageOf } from "@rainhooks/core/errors";
import { readAll } from "@rainhooks/extensions/forwarding/destinations/store";
import { destinationsTable } from "@rainhooks/extensions/forwarding/forwarding-tables";
import { forwardingOf } from "@rainhooks/extensions/forwarding/operations/forwarding-of";
import { print } from "@rainhooks/stage/commands/output";
import { reachStage, type StageSelection } from "@rainhooks/stage/commands/reach-stage";
import {
  type FunctionOutputs,
  functionOf,
  QUERY_API,
  type QueuedOutputs,
  type StageOutputs,
} from "@rainhooks/stage/outputs";
import { isByFirehose, queuedOf, type ReachedStage, whyNoQueue } from "@rainhooks/stage/reached";
import { formatLines, type Line } from "@rainhooks/stage/terminal/lines";
import { missedText, stateText } from "../destinations/destination-view.ts";

/** Prints the resources of a stage, or of one webhook or worker, with its settings. */
export async function showStageCommand(
  webhook: string | undefined,
  options: StageSelection & { readonly json?: boolean | undefined },
): Promise<void> {
  const reached = await reachStage(options);
  if (webhook !== undefined) await showQueued(reached, webhook, options.json === true);
  else if (options.json) await print(`${JSON.stringify(reached.outputs, undefined, 2)}\n`);
  else await print(`${formatLines([...linesOf(reached), ...(await stoppedLines(reached))], NAME_WIDTH)}\n`);
}

/**
 * Shows the destinations that get no events, or have not got all that they missed. Who may not read them sees
 * the rest.
 */
async function stoppedLines(reached: ReachedStage): Promise<Line[]> {
  if (reached.outputs.tables[destinationsTable.name] === undefined) return [];
  try {
    const { destinations, pauses } = await readAll(forwardingOf(reached).table);
    return destinations.flatMap((one): Line[] => {
      const about = one.state === "active" ? missedText(one, pauses) : stateText(one);
      return about === undefined ? [] : [[`destination ${one.id}`, about]];
    });
  } catch (error) {
    return [["destinations", `not known: ${messageOf(error)}`]];
  }
}

const NAME_WIDTH = 28;

async function showQueued(reached: ReachedStage, name: string, json: boolean): Promise<void> {
  const found = queuedOf(reached, name);
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
    ["function", queued.function ?? (isByFirehose(queued) ? "none" : "your own, which reads the queue")],
    ["queue", queued.queueUrl ?? `none: ${whyNoQueue(queued)}`],
    ...(queued.paused === true ? [["paused", PAUSED] as const] : []),
    ["dead-letter queue", queued.deadLetterQueueUrl],
    ...settings,
  ];
}

function linesOf({ outputs, local }: ReachedStage): Line[] {
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
    ...Object.entries(functions).map(([name, own]): Line => [`${kindOf(own)} ${name}`, functionText(own)]),
  ];
}

/** Says from which subnets functions connect to others, if they are in a network. */
export function egressLines({ egress }: StageOutputs): Line[] {
  if (egress === undefined) return [];
  return [["connects from", `${egress.subnetIds.join(", ")} (${egress.functions.join(", ")})`]];
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
