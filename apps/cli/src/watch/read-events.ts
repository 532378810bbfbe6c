import { readHours } from "@rainhooks/archive";
import { DAY_MS, type Delivery, decode } from "@rainhooks/core";
import { scanNodeRecords } from "@rainhooks/node-status";
import { nodeStatusTable } from "@rainhooks/node-status/table";
import { type ReachedStage, tableOf } from "@rainhooks/stage";
import type { BackTest, RuleVersion } from "@rainhooks/watch";
import { StatusLine } from "../replay/progress.ts";
import { hoursOf, reachedArchive } from "../replay/target.ts";

/** How long before a range events are read, so that the state at its start is known of most nodes. */
const LEAD_MS = DAY_MS;

/** What was read of the archive. */
export interface ReadEvents {
  readonly deliveries: number;
  /** Lines that cannot be read, and deliveries that cannot be decoded. */
  readonly unreadable: number;
}

/** Reads the archived events of a range of times of publishing into back-tests. */
export async function readEvents(
  reached: ReachedStage,
  range: { readonly fromMs: number; readonly toMs: number },
  tests: readonly BackTest[],
): Promise<ReadEvents> {
  const { toMs } = range;
  const fromMs = Math.max(0, range.fromMs - LEAD_MS);
  const hours = await hoursOf(reached, { fromMs, toMs }, Date.now());
  const status = new StatusLine();
  let [deliveries, unreadable] = [0, 0];
  for await (const part of readHours(reachedArchive(reached), hours)) {
    unreadable += part.unreadable.length;
    for (const { delivery } of part.deliveries) {
      if (delivery.sentAtMs < fromMs || delivery.sentAtMs >= toMs) continue;
      deliveries += 1;
      if (!addTo(tests, delivery)) unreadable += 1;
    }
    status.show(`reading the archive: ${deliveries} deliveries`);
  }
  status.clear();
  return { deliveries, unreadable };
}

/** Adds the nodes of a stage to a back-test if one of its rules is about outages: the share of a group is known only with all nodes. */
export async function addNodes(
  reached: ReachedStage,
  test: BackTest,
  versions: readonly RuleVersion[],
): Promise<void> {
  if (!versions.some(({ rule }) => rule.kind === "outage")) return;
  const table = { client: reached.clients.dynamodb, tableName: tableOf(reached, nodeStatusTable.name) };
  for await (const record of scanNodeRecords(table, { index: 0, count: 1 }, true)) test.addStored(record);
}

/** @returns False if the delivery cannot be decoded. */
function addTo(tests: readonly BackTest[], delivery: Delivery): boolean {
  const decoded = decode(delivery);
  if (decoded.kind === "event") for (const test of tests) test.add(decoded.event);
  return decoded.kind !== "undecodable";
}
