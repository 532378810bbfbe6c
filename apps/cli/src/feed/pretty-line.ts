import { shortType } from "@rainhooks/core/catalog";
import { isJsonObject, type JsonObject, type JsonValue, tryParseJson } from "@rainhooks/core/json";
import { dress } from "@rainhooks/stage/commands/output";
import { safeLine } from "@rainhooks/stage/terminal/printable";
import { formatTime } from "@rainhooks/stage/terminal/time";

/** Fields that are shown in front, or are the same in every line. */
const NOT_LISTED = new Set(["level", "time", "message", "stage", "webhook", "requestId", "error"]);
const MAX_TEXT = 2000;
const MAX_VALUE = 200;

/**
 * Formats a line of a webhook's log for people: time (UTC), level, message, then the other fields. An event
 * that was logged as it is, is shown by its time, type and data. Other lines stay as they are. Texts of
 * devices are made safe, and secrets of URLs are hidden.
 */
export function prettyLine(line: string): string {
  const fields = tryParseJson(line);
  if (!isJsonObject(fields)) return safeLine(line, MAX_TEXT);
  const { level, time, message, type, atMs } = fields;
  if (typeof level === "string" && typeof message === "string") {
    const atText =
      typeof time === "string" && !Number.isNaN(Date.parse(time)) ? formatTime(Date.parse(time)) : "-";
    return [
      atText,
      levelText(level),
      safeLine(message, MAX_TEXT),
      errorText(fields["error"]),
      ...listed(fields),
    ]
      .filter((part) => part !== "")
      .join("  ");
  }
  if (typeof type !== "string" || typeof atMs !== "number") return safeLine(line, MAX_TEXT);
  return [formatTime(atMs), safeLine(shortType(type), MAX_VALUE), valueText(fields["data"] ?? null)].join(
    "  ",
  );
}

const STYLES = { debug: "dim", warn: "yellow", error: "red" } as const;

function levelText(level: string): string {
  const padded = safeLine(level, 10).padEnd(5);
  return level === "debug" || level === "warn" || level === "error" ? dress(STYLES[level], padded) : padded;
}

/** Returns code and message of an error and its causes. */
function errorText(error: JsonValue | undefined): string {
  if (!isJsonObject(error)) return "";
  const { code, message, cause } = error;
  const own = [code, message].filter((part) => typeof part === "string").join(": ");
  const inner = errorText(cause);
  return safeLine(inner === "" ? own : `${own} (${inner})`, MAX_TEXT);
}

function listed(fields: JsonObject): string[] {
  return Object.entries(fields)
    .filter(([name]) => !NOT_LISTED.has(name))
    .map(([name, value]) => `${safeLine(name, MAX_VALUE)}=${valueText(value)}`);
}

function valueText(value: JsonValue): string {
  return safeLine(typeof value === "string" ? value : JSON.stringify(value), MAX_VALUE);
}
