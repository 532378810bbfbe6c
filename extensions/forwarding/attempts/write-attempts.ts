import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DAY_MS } from "@rainhooks/core/durations";
import { batchPutSink } from "@rainhooks/sinks/dynamodb/batch-put-sink";
import type { ItemFailure, Sink } from "@rainhooks/sinks/sink";
import { attemptsTable } from "../forwarding-tables.ts";
import { type Attempt, attemptId } from "./attempt.ts";
import { attemptItem } from "./attempt-item.ts";

/** The log of attempts, and the client to write it with. */
export interface AttemptLogOptions {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  /** How long an attempt is kept. @defaultValue 30 days */
  readonly keepMs?: number;
}

/**
 * Makes a sink that writes attempts to their log. An attempt costs two write units, one of them for the
 * index, and one more for each further KB of response. Writing one again changes nothing.
 */
export function attemptSink({ keepMs = 30 * DAY_MS, ...target }: AttemptLogOptions): Sink<Attempt> {
  return batchPutSink<Attempt>({
    ...target,
    table: attemptsTable,
    toPuts: (attempt) => [attemptItem(attempt, keepMs)],
  });
}

/**
 * Writes attempts to their log.
 *
 * @returns The attempts that were not written, by their ids.
 */
export async function writeAttempts(
  options: AttemptLogOptions,
  attempts: readonly Attempt[],
): Promise<readonly ItemFailure[]> {
  return attemptSink(options).write(attempts.map((value) => ({ id: attemptId(value), value })));
}
