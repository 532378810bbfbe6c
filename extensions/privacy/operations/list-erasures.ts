import { defineOperation } from "@rainhooks/stage/operations/define-operation";
import { formatTable, formatTime } from "@rainhooks/stage/terminal/format-table";

const HEADER = [
  ...["id", "kind", "state", "startedAtMs", "doneAtMs", "goneAtMs"],
  ...["deliveries", "items", "startedBy"],
];
const TITLES = [
  ...["erasure", "of a", "state", "started (UTC)", "done (UTC)", "last copy gone by"],
  ...["deliveries", "items", "by"],
];
/** Columns with times. */
const TIMES = new Set([3, 4, 5]);

/** Lists the erasures of a stage, newest first. A finished erasure does not say whose data it was. */
export const listErasuresOperation = defineOperation({
  name: "listErasures",
  summary: "List the erasures of a stage, newest first: when, and how much",
  request: {},
  // One that is not done says it.
  permission: "terminal",
  changes: "nothing",
  command: { words: "erase ls" },
  run: async (stage) => {
    const { listErasures } = await import("../erase/erasure-store.ts");
    const { erasureTable } = await import("@rainhooks/stage/tables/erased");
    const erasures = await listErasures(erasureTable(stage));
    const rows = erasures.map(({ id, kind, step, startedAtMs, doneAtMs, goneAtMs, counts, startedBy }) => [
      ...[id, kind, step === "done" ? "done" : "not done", startedAtMs, doneAtMs, goneAtMs],
      ...[counts.changed + counts.dropped, counts.items, startedBy],
    ]);
    return { erasures, rows };
  },
  view: {
    header: HEADER,
    rows: ({ rows }) => rows,
    json: ({ erasures }) => ({ erasures }),
    result: ({ rows }) =>
      rows.length === 0
        ? "Nothing was erased."
        : formatTable(
            TITLES,
            rows.map((row) => row.map((cell, index) => (TIMES.has(index) ? timeText(cell) : (cell ?? "")))),
          ),
  },
});

function timeText(cell: string | number | undefined): string {
  return typeof cell === "number" ? formatTime(cell) : "";
}
