import type { StageResponse } from "@rainhooks/stage/routes/stage";
import { formatCsv } from "@rainhooks/stage/terminal/csv";
import { shellWord } from "@rainhooks/stage/terminal/shell";
import type { SeriesParams, Values } from "./values.ts";

type Stage = Pick<StageResponse, "options" | "program"> | undefined;

/**
 * Returns values as CSV, with times as ISO 8601 in UTC. An average is of `points` values, from `at`
 * to `end`.
 */
export function csvText({ nodeId, series, values }: Values): string {
  const iso = (ms: number | undefined) =>
    ms === undefined ? undefined : new Date(ms).toISOString();
  const rows = values.map(({ atMs, endMs, value, count }) => [
    nodeId,
    series,
    iso(atMs),
    iso(endMs),
    plain(value),
    count,
  ]);
  return formatCsv(["node", "series", "at", "end", "value", "points"], rows);
}

/** Returns the name of a file with values: what a device is called cannot leave the folder. */
export function csvName({ nodeId, series }: Pick<Values, "nodeId" | "series">): string {
  const plainName = `${series}-${nodeId}`.replace(/[^\w.-]+/g, "-").replace(/^\.+/, "");
  return `${plainName.slice(0, MAX_NAME)}.csv`;
}

const MAX_NAME = 100;

function plain(value: Values["values"][number]["value"]): string | number {
  if (typeof value === "number") return value;
  return typeof value === "object" ? JSON.stringify(value) : String(value ?? "");
}

/** Returns the command that prints the same values. */
export function commandText(
  node: string,
  { series = "", ...asked }: SeriesParams,
  stage: Stage,
): string {
  const names = [node, series];
  const words = names.map((name) => ` ${shellWord(name)}`).join("");
  const asOptions = Object.entries(asked).map(([name, value]) => ` --${name} ${shellWord(value)}`);
  const options = `${asOptions.join("")}${stage?.options ?? ""}`;
  const isLikeOption = names.some((name) => name.startsWith("-"));
  const program = `${stage?.program ?? "rainhooks"} series`;
  return isLikeOption ? `${program}${options} --${words}` : `${program}${words}${options}`;
}
