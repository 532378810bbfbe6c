import { type FormatOptions, formatted, printData } from "@rainhooks/stage/commands/output";
import { reachStage, type StageSelection } from "@rainhooks/stage/commands/reach-stage";
import { erasureTable } from "@rainhooks/stage/tables/erased";
import { formatTable } from "@rainhooks/stage/terminal/format-table";
import { formatTime } from "@rainhooks/stage/terminal/time";
import { listErasures } from "../erase/erasure-store.ts";

const HEADER = [
  "id",
  "kind",
  "state",
  "startedAtMs",
  "doneAtMs",
  "goneAtMs",
  "deliveries",
  "items",
  "startedBy",
] as const;

/** Lists the erasures of a stage, newest first. None that is done says whose data it was. */
export async function lsCommand(options: StageSelection & FormatOptions): Promise<void> {
  const reached = await reachStage(options);
  const erasures = await listErasures(erasureTable(reached));
  const rows = erasures.map(({ id, kind, step, startedAtMs, doneAtMs, goneAtMs, counts, startedBy }) => [
    ...[id, kind, step === "done" ? "done" : "not done", startedAtMs, doneAtMs, goneAtMs],
    ...[counts.changed + counts.dropped, counts.items, startedBy],
  ]);
  const text = () =>
    rows.length === 0
      ? "Nothing was erased."
      : formatTable(
          [
            "erasure",
            "of a",
            "state",
            "started (UTC)",
            "done (UTC)",
            "last copy gone by",
            "deliveries",
            "items",
            "by",
          ],
          rows.map((row) => row.map((cell, index) => (TIMES.has(index) ? timeText(cell) : (cell ?? "")))),
        );
  await printData(formatted(options, { value: { erasures }, header: HEADER, rows, text }));
}

const TIMES = new Set([3, 4, 5]);

function timeText(cell: string | number | undefined): string {
  return typeof cell === "number" ? formatTime(cell) : "";
}
