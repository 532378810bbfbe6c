import { DAY_MS } from "@rainhooks/core/durations";
import type { TableAccess } from "@rainhooks/dynamodb/read-all";
import { batchPutSink } from "@rainhooks/sinks/dynamodb/batch-put-sink";
import type { Sink } from "@rainhooks/sinks/sink";
import { attemptsTable } from "../forwarding-tables.ts";
import type { Attempt } from "./attempt.ts";
import { attemptItem } from "./attempt-item.ts";

/**
 * Makes a sink that writes attempts to their log. An attempt costs two write units, one of them for
 * the index, and one more for each further KB of response. Writing one again changes nothing.
 *
 * @param target The log of attempts, and the client to write it with.
 */
export function attemptSink({
  keepMs = 30 * DAY_MS,
  ...target
}: TableAccess & { readonly keepMs?: number }): Sink<Attempt> {
  return batchPutSink<Attempt>({
    ...target,
    table: attemptsTable,
    toPuts: (attempt) => [attemptItem(attempt, keepMs)],
  });
}
