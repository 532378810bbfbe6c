import type { FunctionDefinition } from "@rainhooks/webhook/define";
import { hasNotifications } from "../archive/view.ts";
import type { StageConfig } from "../config/config.ts";
import { isDeployed, isOfParts } from "../function/deployed.ts";
import { dataOwners } from "../stores/kept-data.ts";
import { isIntegerIn } from "./formats.ts";

/** Returns what is wrong with how a stage keeps its data: archive, tables, what is dropped. */
export function dataMistakes(
  config: StageConfig,
  functions: readonly FunctionDefinition[],
): (string | false)[] {
  const { recoveryDays = 35 } = config.tables ?? {};
  return [
    ...dropMistakes(config, functions),
    ...archiveMistakes(config),
    !isIntegerIn(recoveryDays, 1, 35) && "tables.recoveryDays must be a whole number from 1 to 35",
  ];
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

/** Athena's minimum is 10 MB. */
const MIN_SCAN_LIMIT_GIB = 0.01;

function archiveMistakes(config: StageConfig): (string | false)[] {
  const { archive = {}, production } = config;
  const { coolAfterDays = 30, freezeAfterDays = 90, deleteAfterDays, scanLimitGiB = 10, firstDay } = archive;
  return [
    hasNotifications(config) &&
      (archive.format === "parquet" || archive.partitionByTopic === true) &&
      "archive.format parquet and archive.partitionByTopic need the lines that a function writes: they cannot be used with delivery firehose, nor with archive.notifications",
    production &&
      archive.forceDestroy === true &&
      "archive.forceDestroy is not allowed in a production stage",
    !(coolAfterDays >= 30 && freezeAfterDays >= coolAfterDays + 30) &&
      "archive.coolAfterDays must be at least 30, and archive.freezeAfterDays at least 30 more than coolAfterDays",
    deleteAfterDays !== undefined &&
      !isIntegerIn(deleteAfterDays, 1, 36_500) &&
      "archive.deleteAfterDays must be a whole number of days, at least 1",
    !(scanLimitGiB >= MIN_SCAN_LIMIT_GIB) && `archive.scanLimitGiB must be at least ${MIN_SCAN_LIMIT_GIB}`,
    firstDay !== undefined &&
      !isDay(firstDay) &&
      `archive.firstDay ${firstDay} is not a day such as 2026-11-25`,
  ];
}

function isDay(text: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text));
}
