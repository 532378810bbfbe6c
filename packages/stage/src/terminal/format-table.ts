import { isTimeMs } from "@rainhooks/core/decode/time";
import type { StageOutputs } from "../outputs.ts";
import { printable } from "./printable.ts";

/** The content of a cell. */
type Cell = string | number;

/**
 * Formats the padded text of a cell, such as with a colour; it must not change the visible width.
 */
export type Paint = (padded: string, cell: Cell, column: number) => string;

/** Formats rows in columns as wide as their widest cell; numbers are right-aligned. */
export function formatTable(
  header: readonly string[],
  rows: readonly (readonly Cell[])[],
  paint: Paint = (padded) => padded,
): string {
  const titles = header.map(printable);
  const cells = rows.map((row) => row.map((cell) => printable(String(cell))));
  const widths = titles.map((title, column) =>
    cells.reduce((widest, row) => Math.max(widest, row[column]?.length ?? 0), title.length),
  );
  const numeric = header.map(
    (_, column) => rows.length > 0 && rows.every((row) => typeof row[column] === "number"),
  );
  const pad = (text: string, column: number) => {
    if (numeric[column]) return text.padStart(widths[column] ?? 0);
    return column === header.length - 1 ? text : text.padEnd(widths[column] ?? 0);
  };
  return [
    titles.map(pad).join("  ").trimEnd(),
    ...cells.map((row, index) =>
      row
        .map((text, column) => paint(pad(text, column), rows[index]?.[column] ?? "", column))
        .join("  ")
        .trimEnd(),
    ),
  ].join("\n");
}

const formats = new Map<string, Intl.DateTimeFormat>();

/**
 * Formats a time to the second: in UTC, or in a time zone followed by its offset from UTC. What is
 * no time is shown as that, so that a list with it can be read.
 */
export function formatTime(atMs: number, timeZone = "UTC"): string {
  if (!isTimeMs(Math.round(atMs))) return `no time (${atMs})`;
  if (timeZone === "UTC") return new Date(atMs).toISOString().replace("T", " ").slice(0, 19);
  const parts = formatOf(timeZone).formatToParts(atMs);
  const part = (type: Intl.DateTimeFormatPartTypes) =>
    parts.find((one) => one.type === type)?.value ?? "";
  const date = `${part("year")}-${part("month")}-${part("day")}`;
  const offset = part("timeZoneName").replace("GMT", "") || "+00:00";
  return `${date} ${part("hour")}:${part("minute")}:${part("second")} ${offset}`;
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const found =
    formats.get(timeZone) ??
    new Intl.DateTimeFormat("en-US", {
      timeZone,
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
      hourCycle: "h23",
      timeZoneName: "longOffset",
    });
  formats.set(timeZone, found);
  return found;
}

/** A name and its value. */
export type Line = readonly [name: string, value: string];

/**
 * Formats names and values, one pair per line, with aligned values; `dress` may colour a value.
 * False leaves a line out.
 */
export function formatLines(
  lines: readonly (Line | false)[],
  width: number,
  dress: (shown: string, name: string) => string = (shown) => shown,
): string {
  const shown = lines.filter((line) => line !== false);
  return shown
    .map(([name, value]) => `${name.padEnd(width)} ${dress(printable(value), name)}`)
    .join("\n");
}

/** Says from which subnets functions connect to others, if they are in a network. */
export function egressLines({ egress }: StageOutputs): Line[] {
  if (egress === undefined) return [];
  return [["connects from", `${egress.subnetIds.join(", ")} (${egress.functions.join(", ")})`]];
}
