import { RainhooksError } from "@rainhooks/core";
import { formatPoints } from "@rainhooks/terminal";
import { listSeries, readPoints, type TimeSeriesReader } from "@rainhooks/time-series";
import { deployedName } from "@rainhooks/webhook/define";
import { reachStage, type StageOption } from "./context.ts";

/** Lists the series of a node, or shows the points of one. */
export async function seriesCommand(
  nodeId: string,
  name: string | undefined,
  options: StageOption & { readonly from: number; readonly to: number; readonly json: boolean },
): Promise<void> {
  const { clients, stage } = await reachStage(options);
  const reader = { client: clients.dynamodb, tableName: deployedName(stage.stage, "time-series") };
  const names = await listSeries(reader, nodeId);
  if (names.length === 0)
    throw new RainhooksError("input-invalid", `No reading of a node ${nodeId} has been seen.`);
  if (name === undefined) {
    if (options.from !== 0 || options.to !== Number.MAX_SAFE_INTEGER) {
      throw new RainhooksError("input-invalid", "--from and --to need the name of a series.");
    }
    console.log(options.json ? JSON.stringify(names, undefined, 2) : names.join("\n"));
    return;
  }
  if (!names.includes(name)) {
    throw new RainhooksError(
      "input-invalid",
      `Node ${nodeId} has no series ${name}. It has: ${names.join(", ")}.`,
    );
  }
  await showPoints(reader, nodeId, name, options);
}

async function showPoints(
  reader: TimeSeriesReader,
  nodeId: string,
  name: string,
  { from, to, json }: { readonly from: number; readonly to: number; readonly json: boolean },
): Promise<void> {
  if (from >= to) throw new RainhooksError("input-invalid", "--from must be before --to.");
  const points = await readPoints(reader, { nodeId, name, fromMs: from, toMs: to }, Date.now());
  if (json) console.log(JSON.stringify(points, undefined, 2));
  else console.log(points.length === 0 ? "No points in that time." : formatPoints(points));
}
