import { marshall } from "@aws-sdk/util-dynamodb";
import type { DestinationStore } from "../destinations/destination-store.ts";
import { updateItem } from "../destinations/update-item.ts";
import { type DestinationHealth, decodeHealth, healthKey } from "./health.ts";

/** What a function has seen of a destination in one batch. */
export interface HealthReport {
  readonly delivered: number;
  readonly failed: number;
  /** Change of the number of events that wait. */
  readonly waiting: number;
  /**
   * Until when it counts as slow, epoch milliseconds; 0 if it is no longer slow, `undefined` if
   * nothing changes.
   */
  readonly slowUntilMs: number | undefined;
}

/** Returns true if a report changes nothing of a destination's health. */
export function isNoNews(report: HealthReport, { failuresInRow }: DestinationHealth): boolean {
  const { delivered, failed, waiting, slowUntilMs } = report;
  const changesRow = delivered > 0 ? failuresInRow > 0 : failed > 0;
  return !changesRow && waiting === 0 && slowUntilMs === undefined;
}

/**
 * Adds what a function has seen to the health of a destination, for one write unit. A batch with a
 * success counts as a success.
 *
 * @returns The health afterwards.
 */
export async function reportHealth(
  store: DestinationStore,
  id: string,
  report: HealthReport,
  nowMs: number,
) {
  const update = { ...updateOf(report, nowMs), ReturnValues: "ALL_NEW" } as const;
  return decodeHealth((await updateItem(store, healthKey(id), update)) ?? {});
}

/** Deletes the counts of failures and waiting events, for a destination that starts again. */
export async function resetHealth(store: DestinationStore, id: string): Promise<void> {
  await updateItem(store, healthKey(id), {
    UpdateExpression: "REMOVE failuresInRow, failingSinceMs, waiting, slowUntilMs",
  });
}

function updateOf({ delivered, failed, waiting, slowUntilMs }: HealthReport, nowMs: number) {
  const hasFailed = delivered === 0 && failed > 0;
  const set = [
    ...(hasFailed ? ["failingSinceMs = if_not_exists(failingSinceMs, :now)"] : []),
    ...(slowUntilMs === undefined ? [] : ["slowUntilMs = :slow"]),
  ];
  const values = {
    ":waiting": waiting,
    ...(hasFailed ? { ":failed": failed, ":now": nowMs } : {}),
    ...(slowUntilMs === undefined ? {} : { ":slow": slowUntilMs }),
  };
  return {
    UpdateExpression: [
      ...(set.length === 0 ? [] : [`SET ${set.join(", ")}`]),
      `ADD waiting :waiting${hasFailed ? ", failuresInRow :failed" : ""}`,
      ...(delivered > 0 ? ["REMOVE failuresInRow, failingSinceMs"] : []),
    ].join(" "),
    ExpressionAttributeValues: marshall(values),
  };
}
