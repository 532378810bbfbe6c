import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DAY_MS } from "@rainhooks/core";
import { batchPutSink, type ItemFailure, type Sink } from "@rainhooks/sinks";
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
 * Makes a sink that writes attempts to their log. An attempt costs two write units, one of them for the index, and one more for each
 * further KB of response. Writing one again changes nothing.
 *
 * @example
 * ```ts
 * import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
 * import { type Attempt, attemptId, attemptSink } from "@rainhooks/forwarding";
 *
 * const sink = attemptSink({ client: new DynamoDBClient({}), tableName: "rainhooks-dev-attempts" });
 * const attempt: Attempt = {
 *   ...{ destination: "crm", webhookId: "evt_1", eventType: "rmaker.event.alert", attempt: 1, atMs: Date.now() },
 *   ...{ deliveryId: "0b1c", publishedMs: Date.now() },
 *   ...{ method: "POST", url: "https://crm.example.com", headers: {}, bodyBytes: 120 },
 *   ...{ status: 200, durationMs: 85, outcome: "delivered" },
 * };
 * console.log(await sink.write([{ id: attemptId(attempt), value: attempt }])); // []
 * ```
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
 *
 * @example
 * ```ts
 * import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
 * import { writeAttempts } from "@rainhooks/forwarding";
 *
 * const log = { client: new DynamoDBClient({}), tableName: "rainhooks-dev-attempts" };
 * console.log(await writeAttempts(log, [])); // []
 * ```
 */
export async function writeAttempts(
  options: AttemptLogOptions,
  attempts: readonly Attempt[],
): Promise<readonly ItemFailure[]> {
  return attemptSink(options).write(attempts.map((value) => ({ id: attemptId(value), value })));
}
