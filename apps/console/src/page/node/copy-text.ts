import type { StageAnswer } from "../../serve/routes/stage.ts";
import type { Asked, Values } from "./values.ts";

type Stage = Pick<StageAnswer, "options" | "queryApi" | "isLocal" | "region"> | undefined;

/** Returns values as CSV, as `rainhooks series --csv` prints them. */
export function csvText({ nodeId, series, values }: Values): string {
  const rows = values.map(({ atMs, endMs, value, count }) => [
    nodeId,
    series,
    atMs,
    endMs,
    plain(value),
    count,
  ]);
  return [["node", "series", "atMs", "endMs", "value", "points"], ...rows]
    .map((row) => `${row.map(cell).join(",")}\n`)
    .join("");
}

function plain(value: unknown): unknown {
  return typeof value === "object" ? JSON.stringify(value) : value;
}

/** A cell of CSV. A text that a spreadsheet would read as a formula gets an apostrophe in front. */
function cell(value: unknown): string {
  if (typeof value !== "string") return String(value ?? "");
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Returns the command that prints the same values. */
export function commandText(node: string, { series = "", ...asked }: Asked, stage: Stage): string {
  const options = Object.entries(asked).map(([name, value]) => ` --${name} ${quoted(value)}`);
  return `rainhooks series ${quoted(node)} ${quoted(series)}${options.join("")}${stage?.options ?? ""}`;
}

/** Returns the request to the query API that returns the same values. */
export function requestText(node: string, asked: Asked, stage: Stage): string {
  const { queryApi = "<URL of the query API>", isLocal = true, region = "" } = stage ?? {};
  const signed = isLocal
    ? ""
    : ` --aws-sigv4 "aws:amz:${region}:lambda" --user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" -H "x-amz-security-token: $AWS_SESSION_TOKEN"`;
  const path = `/v1/nodes/${encodeURIComponent(node)}/values?${new URLSearchParams(asked)}`;
  return `curl${signed} ${quoted(queryApi + path)}`;
}

/** Quotes a text for a shell: it can come from a device. */
function quoted(text: string): string {
  return /^[\w./:-]+$/.test(text) && !text.startsWith("-") ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
