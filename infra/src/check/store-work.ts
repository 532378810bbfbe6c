import { streamsOf, type Webhook } from "@rainhooks/webhook/define";
import type { StageConfig } from "../config/config.ts";
import { isIntegerIn } from "./formats.ts";
import { sizeMistakes } from "./function-fields.ts";

/** Returns what is wrong with how a stage deploys the function that verifications and rebuilds invoke. */
export function storeWorkMistakes(
  config: StageConfig,
  webhooks: readonly (Pick<Webhook, "name"> & Partial<Pick<Webhook, "resources">>)[],
): string[] {
  const { storeWork: { deployed, maxConcurrency = 1, ...sizes } = {} } = config;
  const changes = Object.keys(config.storeWork ?? {});
  const mistakes = [
    deployed === undefined &&
      changes.length > 0 &&
      `${changes.join(" and ")} without deployed has no effect: set deployed to true`,
    !isIntegerIn(maxConcurrency, 1, 1000) && "maxConcurrency must be a whole number from 1 to 1,000",
    ...sizeMistakes(sizes),
    deployed === true && archiveMistake(config, webhooks),
  ];
  return mistakes.flatMap((mistake) => (typeof mistake === "string" ? [`storeWork.${mistake}`] : []));
}

/** Without an archive there is nothing to read, and no bucket for its files. */
function archiveMistake(
  config: StageConfig,
  webhooks: Parameters<typeof storeWorkMistakes>[1],
): string | false {
  const writers = webhooks.filter(({ resources = {} }) => streamsOf({ resources }).length > 0);
  if (writers.some(({ name }) => config.webhooks?.[name]?.deployed !== false)) return false;
  const [writer] = writers.map(({ name }) => name);
  return `deployed: verifications and rebuilds read the archive, and ${
    writer === undefined
      ? "no webhook writes one"
      : `its webhook is not deployed: leave webhooks.${writer}.deployed out, or set storeWork.deployed to false`
  }`;
}
