import type { FunctionDefinition } from "@rainhooks/webhook/define";
import { hasNotifications } from "../archive/view.ts";
import type { StageConfig } from "../config/config.ts";
import { isDeployed, isOfParts } from "../function/deployed.ts";
import { dataOwners } from "../stores/kept-data.ts";

/** Returns what is wrong with how a stage keeps its data: archive, tables, what is dropped. */
export function dataMistakes(
  config: StageConfig,
  functions: readonly FunctionDefinition[],
): (string | false)[] {
  return [...dropMistakes(config, functions), ...archiveMistakes(config)];
}

function dropMistakes(config: StageConfig, functions: readonly FunctionDefinition[]): string[] {
  const { dropData = [], production } = config;
  // Terraform's own protection ends with the resource's configuration.
  if (production && dropData.length > 0)
    return ["dropData is not allowed in a production stage: deploy it with production: false first"];
  const owners = dataOwners(functions);
  return dropData.flatMap((name) => {
    const owner = owners.find((one) => one.name === name);
    if (owner === undefined)
      return [`dropData: unknown function ${name} (known: ${owners.map((one) => one.name).join(", ")})`];
    if (!isOfParts(config, owner))
      return [`dropData: parts has no ${owner.part}, so ${name} has no data to drop`];
    if (!isDeployed(config, owner)) return [];
    return [
      `dropData: ${name} is deployed and needs its data; set functions.${name}.deployed to false first`,
    ];
  });
}

function archiveMistakes(config: StageConfig): (string | false)[] {
  const { archive = {}, production } = config;
  const { coolAfterDays = 30, freezeAfterDays = 90 } = archive;
  return [
    hasNotifications(config) &&
      (archive.format === "parquet" || archive.partitionByTopic === true) &&
      "archive.format parquet and archive.partitionByTopic need the lines that a function writes: they cannot be used with delivery firehose, nor with archive.notifications",
    production &&
      archive.forceDestroy === true &&
      "archive.forceDestroy is not allowed in a production stage",
    freezeAfterDays < coolAfterDays + 30 &&
      "archive.freezeAfterDays must be at least 30 more than archive.coolAfterDays",
  ];
}
