import { countText } from "@rainhooks/core/count-text";
import { MINUTE_MS } from "@rainhooks/core/durations";
import { dress } from "@rainhooks/stage/commands/output";
import type { ResultOf, View } from "@rainhooks/stage/query/question";
import type { firmwareQuestion, fleetQuestion } from "@rainhooks/stage/query/questions/fleet";
import { formatTable, formatTime } from "@rainhooks/stage/terminal/format-table";
import { sparkline } from "@rainhooks/stage/terminal/sparkline";

type Fleet = ResultOf<typeof fleetQuestion>;

const SPARK_WIDTH = 60;
const SAMPLE_HEADER = ["atMs", "online", "offline", "unknown", "all", "countedAtMs"] as const;

/** Shows how many nodes were in each state over time, and a line of bars. */
export const fleetView: View<Fleet> = {
  header: SAMPLE_HEADER,
  rows: ({ samples }) => samples.map((sample) => SAMPLE_HEADER.map((name) => sample[name])),
  text: (fleet) =>
    fleet.samples.length === 0
      ? "No samples in this time range. The function fleet-samples takes them (every five minutes by default), once it is deployed."
      : [
          formatTable(
            ["at (UTC)", "online", "offline", "unknown", "all"],
            fleet.samples.map(({ atMs, online, offline, unknown, all }) => [
              formatTime(atMs),
              online ?? "-",
              offline,
              unknown,
              all ?? "-",
            ]),
          ),
          ...sparkLines(fleet),
        ].join("\n"),
};

function sparkLines({ samples }: Fleet): string[] {
  const online = samples.flatMap((sample) => sample.online ?? []);
  if (online.length < 2) return [];
  const min = Math.min(...online);
  const max = Math.max(...online);
  const range = min === max ? `${min} online` : `${min} to ${max} online`;
  return ["", `${dress("green", sparkline(online, SPARK_WIDTH))}  ${range}`];
}

/** Shows how many nodes have which firmware, and when they were counted. */
export const firmwareView: View<ResultOf<typeof firmwareQuestion>> = {
  header: ["kind", "firmware", "nodes", "countedAtMs"],
  rows: ({ firmwares, others, unknown, countedAtMs }) => [
    ...firmwares.map(({ firmware, nodes }) => ["firmware", firmware, nodes, countedAtMs] as const),
    ["others", undefined, others, countedAtMs],
    ["unknown", undefined, unknown, countedAtMs],
  ],
  text: ({ firmwares, others, unknown, all, countedAtMs }) => {
    const rows = [
      ...firmwares.map(({ firmware, nodes }) => [firmware, nodes] as const),
      ...(others === 0 ? [] : [["(others)", others] as const]),
      ...(unknown === 0 ? [] : [["(not reported)", unknown] as const]),
    ];
    const total = `${countText(all, "node")}, counted at ${formatTime(countedAtMs)} UTC (${ago(countedAtMs, Date.now())})`;
    if (rows.length === 0) return total;
    const shown = rows.map(([firmware, nodes]) => [
      firmware,
      nodes,
      `${((nodes / all) * 100).toFixed(1)} %`,
    ]);
    return [formatTable(["firmware", "nodes", "share"], shown), "", total].join("\n");
  },
};

/** Returns how long ago a time is, in the largest fitting unit: `12 min ago`. */
export function ago(atMs: number, nowMs: number): string {
  const minutes = Math.floor((nowMs - atMs) / MINUTE_MS);
  if (minutes < 1) return "just now";
  if (minutes < 120) return `${minutes} min ago`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ago` : `${Math.floor(hours / 24)} d ago`;
}
