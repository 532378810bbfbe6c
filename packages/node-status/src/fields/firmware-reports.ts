import { DAY_MS, SECOND_MS } from "@rainhooks/core/durations";
import { isJsonObject } from "@rainhooks/core/json";
import { compareText } from "../source.ts";
import type { NodeField } from "./field.ts";
import { optionalText } from "./texts.ts";

/** A node has reported that it has a firmware. */
export interface FirmwareReport {
  readonly firmware: string;
  /** A full second, epoch milliseconds. */
  readonly atMs: number;
}

/** Number of reports that a row has: with one a day, a week of them. */
const MAX_REPORTS = 8;

const NONE: readonly FirmwareReport[] = [];

/**
 * The newest reports of a node's firmware, in order: of a firmware only the first report of each
 * UTC day. A node may report it whenever it starts, so that a node that starts again and again
 * would otherwise have no report of the time before.
 */
export const firmwareReports: NodeField<readonly FirmwareReport[]> = {
  initial: NONE,
  fromEvent: (event, { source: { atMs } }) => {
    if (event.type !== "rmaker.event.node_config_changed") return NONE;
    const info = event.data.config?.["info"];
    const { firmware } = isJsonObject(info) ? optionalText("firmware", info["fw_version"]) : {};
    return firmware === undefined
      ? NONE
      : [{ firmware, atMs: Math.floor(atMs / SECOND_MS) * SECOND_MS }];
  },
  join: (a, b) => {
    if (a.length === 0 || b.length === 0) return a.length === 0 ? b : a;
    const firsts = new Map<string, FirmwareReport>();
    for (const report of [...a, ...b]) {
      const key = `${dayOf(report)} ${report.firmware}`;
      const known = firsts.get(key);
      if (known === undefined || report.atMs < known.atMs) firsts.set(key, report);
    }
    return inOrder([...firsts.values()].sort(compareDays).slice(-MAX_REPORTS));
  },
  // One list, in which the times in seconds of a firmware's reports follow it: a row has a
  // kilobyte.
  encode: (reports) =>
    reports.length === 0
      ? undefined
      : [...Map.groupBy(reports, ({ firmware }) => firmware)].flatMap(([firmware, some]) => [
          firmware,
          ...some.map(({ atMs }) => atMs / SECOND_MS),
        ]),
  decode: (raw) => (Array.isArray(raw) ? inOrder(reportsIn(raw)) : []),
  partsOf: (raw) =>
    firmwareReports.decode(raw).map((report) => ({ value: report, atMs: report.atMs })),
};

function dayOf({ atMs }: FirmwareReport): number {
  return Math.floor(atMs / DAY_MS);
}

function compareDays(a: FirmwareReport, b: FirmwareReport): number {
  return dayOf(a) - dayOf(b) || compareText(a.firmware, b.firmware);
}

function inOrder(reports: FirmwareReport[]): FirmwareReport[] {
  return reports.sort((a, b) => a.atMs - b.atMs || compareText(a.firmware, b.firmware));
}

function reportsIn(raw: readonly unknown[]): FirmwareReport[] {
  const reports: FirmwareReport[] = [];
  let firmware: string | undefined;
  for (const one of raw) {
    if (typeof one === "string") firmware = one;
    else if (typeof one === "number" && firmware !== undefined)
      reports.push({ firmware, atMs: one * SECOND_MS });
  }
  return reports;
}
