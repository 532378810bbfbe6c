import { messageOf } from "@rainhooks/core";
import { readAll } from "@rainhooks/forwarding";
import { destinationsTable } from "@rainhooks/forwarding/table";
import { forwardingOf } from "@rainhooks/operate";
import { type Queued, queuedOf, type ReachedStage, whyNoQueue } from "@rainhooks/stage";
import { formatLines, type Line } from "@rainhooks/terminal";
import { missedText, stateText } from "../destinations/view.ts";
import { print } from "../output.ts";
import { reachStage, type StageOptions } from "../reach/stage.ts";

/** Prints the resources of a stage, or of one webhook or worker, with its settings. */
export async function showStageCommand(
  webhook: string | undefined,
  options: StageOptions & { readonly json?: boolean | undefined },
): Promise<void> {
  const reached = await reachStage(options);
  if (webhook !== undefined) await showQueued(reached, webhook, options.json === true);
  else if (options.json) await print(`${JSON.stringify(reached.outputs, undefined, 2)}\n`);
  else await print(`${formatLines([...linesOf(reached), ...(await stoppedLines(reached))], NAME_WIDTH)}\n`);
}

/** Shows the destinations that get no events, or have not got all that they missed. Who may not read them sees the rest. */
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
  const kind = Object.hasOwn(reached.outputs.workers, name) ? "worker" : "webhook";
  await print(
    json
      ? `${JSON.stringify(found, undefined, 2)}\n`
      : `${formatLines(queuedLines(kind, name, found), NAME_WIDTH)}\n`,
  );
}

function queuedLines(kind: string, name: string, queued: Queued): Line[] {
  const settings = Object.entries(queued.settings ?? {}).map(
    ([setting, { value, kind, isDefault, description }]): Line => {
      const what = [kind, ...(isDefault ? ["default"] : [])].join(", ");
      return [
        `setting ${setting}`,
        `${value} (${what})${description === undefined ? "" : `  ${description}`}`,
      ];
    },
  );
  return [
    [kind, name],
    [
      "function",
      queued.function ?? (queued.delivery === "firehose" ? "none" : "your own, which reads the queue"),
    ],
    ["queue", queued.queueUrl ?? `none: ${whyNoQueue(queued)}`],
    ["dead-letter queue", queued.deadLetterQueueUrl],
    ...settings,
  ];
}

function linesOf({ outputs, local }: ReachedStage): Line[] {
  const { stage, region, tables, archive, webhooks, workers, scheduled, queryApi } = outputs;
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
    ...Object.entries(workers).map(([name, made]): Line => [`worker ${name}`, made.function ?? "-"]),
    ...Object.entries(scheduled).map(
      ([name, made]): Line => [`scheduled ${name}`, `${made.function} (every ${made.everyMinutes} min)`],
    ),
  ];
}
