import type { FunctionDefinition, Worker } from "@rainhooks/webhook/define";
import type { StageConfig } from "../config/config.ts";
import { stageSettings } from "../webhook/settings.ts";
import { reservedMistakes, sizeMistakes, thresholdMistakes } from "./function-fields.ts";

/** What a check needs to know of a worker. */
export type KnownWorker = Pick<Worker, "name" | "settings" | "sameAs" | "resources">;

/** Returns what is wrong with the changes of a stage to its workers, and which settings are missing. */
export function workerMistakes(config: StageConfig, known: readonly KnownWorker[]): string[] {
  const { workers = {} } = config;
  const names = known.map(({ name }) => name);
  const changes = Object.entries(workers).flatMap(([name, override]) => {
    if (!names.includes(name)) return [`unknown worker ${name} (known: ${names.join(", ") || "none"})`];
    return [
      override.settings !== undefined && sharedMistake(known, name),
      ...sizeMistakes(override),
      ...reservedMistakes(override),
      ...thresholdMistakes(override.alarms ?? {}),
    ]
      .filter((mistake) => typeof mistake === "string")
      .map((mistake) => `workers.${name}.${mistake}`);
  });
  const settings = known
    .filter(({ name, sameAs }) => sameAs === undefined && workers[name]?.deployed !== false)
    .flatMap((worker) =>
      stageSettings(config, worker).mistakes.map((mistake) => `workers.${worker.name}.settings: ${mistake}`),
    );
  return [...changes, ...settings];
}

function sharedMistake(known: readonly KnownWorker[], name: string): string | false {
  const from = known.find((one) => one.name === name)?.sameAs;
  return from !== undefined && `settings are those of workers.${from}: set them there`;
}

/**
 * Checks that the workers are deployed to whose queues functions send.
 *
 * @param senders The deployed functions.
 * @throws {TypeError} with the function, and what to do.
 */
export function checkSenders(
  { name: stage }: StageConfig,
  senders: readonly FunctionDefinition[],
  { known, deployed }: { readonly known: readonly string[]; readonly deployed: readonly string[] },
): void {
  for (const { name, resources } of senders) {
    for (const resource of Object.values(resources)) {
      if (resource.kind !== "queue" || deployed.includes(resource.queue)) continue;
      const { queue } = resource;
      throw new TypeError(
        known.includes(queue)
          ? `Stage ${stage}: ${name} sends to the queue of the worker ${queue}, which is not deployed. Set deployed of ${name} to false, or leave workers.${queue}.deployed out.`
          : `Stage ${stage}: ${name} sends to the queue of ${queue}, and there is no worker of this name. Add it to WORKERS in apps/webhook-list.`,
      );
    }
  }
}

/**
 * Checks that no two functions of a stage have the same name, which is also the name of what belongs to them.
 *
 * @throws {TypeError} with the name.
 */
export function checkNames(
  { name: stage }: StageConfig,
  functions: readonly { readonly name: string }[],
): void {
  const names = functions.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw new TypeError(`Stage ${stage}: two functions have the name ${twice}. Rename one of them.`);
}
