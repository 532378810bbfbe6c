import {
  type HoursToRead,
  hoursToRead,
  type PublishedRange,
} from "@rainhooks/archive/hours/hours-to-read";
import { readDelays } from "@rainhooks/archive/hours/read-delays";
import type { Archive } from "@rainhooks/archive/objects";
import { archiveOf, type StageAccess, tableOf } from "../../stage-access.ts";

/** The archive of a stage. */
export function stageArchive(access: StageAccess): Archive {
  return { client: access.clients.s3, bucket: archiveOf(access).bucket };
}

/** Returns the folders in which deliveries of a range can be. */
export async function hoursOf(
  access: StageAccess,
  range: PublishedRange,
  nowMs: number,
): Promise<HoursToRead> {
  const table = { client: access.clients.dynamodb, tableName: tableOf(access, "archive-hours") };
  return hoursToRead(range, await readDelays(table, range), nowMs);
}
