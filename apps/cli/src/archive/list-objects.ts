import { type HourRange, listObjects } from "@rainhooks/archive/objects";
import { collect } from "@rainhooks/core/collections";
import { countText } from "@rainhooks/core/counted";
import { wrongInput } from "@rainhooks/core/errors";
import { type FormatOptions, formatResult, printData, printNote } from "@rainhooks/stage/commands/output";
import { reachStage, type StageSelection } from "@rainhooks/stage/commands/reach-stage";
import { archiveOf } from "@rainhooks/stage/reached";
import { formatTable } from "@rainhooks/stage/terminal/format-table";

/** Range of arrival times: `--from` and `--to`. */
export interface TimeOptions {
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

/** Converts a time range to hours of arrival. */
export function hoursOf({ from, to }: TimeOptions): HourRange {
  if (from !== undefined && to !== undefined && to <= from) {
    throw wrongInput("--from must be before --to.");
  }
  return { fromMs: from, toMs: to };
}

/** Lists the objects of the archive. */
export async function lsCommand(options: StageSelection & FormatOptions & TimeOptions): Promise<void> {
  const hours = hoursOf(options);
  const reached = await reachStage(options);
  const { bucket } = archiveOf(reached);
  const objects = await collect(listObjects({ client: reached.clients.s3, bucket }, hours));
  const rows = objects.map(({ hour, bytes, key }) => [hour ?? "-", bytes, key]);
  const text = () => (rows.length === 0 ? "" : formatTable(["hour (UTC)", "bytes", "key"], rows));
  await printData(formatResult(options, { value: objects, header: ["hour", "bytes", "key"], rows, text }));
  const bytes = objects.reduce((sum, object) => sum + object.bytes, 0);
  printNote(`${countText(objects.length, "object")}, ${bytes} bytes, in ${bucket}`);
}
