import { type HoursToRead, hoursToRead, type PublishedRange } from "@rainhooks/archive/hours/hours-to-read";
import { readDelays } from "@rainhooks/archive/hours/read-delays";
import type { Archive } from "@rainhooks/archive/objects";
import { archiveOf, type StageAccess, tableOf } from "../../stage-access.ts";

/** The archive of a stage. */
export function stageArchive(reached: StageAccess): Archive {
  return { client: reached.clients.s3, bucket: archiveOf(reached).bucket };
}

/** Returns the folders in which deliveries of a range can be. */
export async function hoursOf(
  reached: StageAccess,
  range: PublishedRange,
  nowMs: number,
): Promise<HoursToRead> {
  const table = { client: reached.clients.dynamodb, tableName: tableOf(reached, "archive-hours") };
  return hoursToRead(range, await readDelays(table, range), nowMs);
}
