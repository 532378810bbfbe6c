import { readHours } from "@rainhooks/archive/read/read-hours";
import { decode } from "@rainhooks/core/decode/decode";
import { DAY_MS } from "@rainhooks/core/durations";
import { inputError } from "@rainhooks/core/errors";
import { filterResults, readFilterRules } from "@rainhooks/filter/filter-results";
import { nodeStatusTable } from "@rainhooks/node-status/node-status-tables";
import type { OperationOptions } from "@rainhooks/stage/operate/progress";
import { hoursOf, stageArchive } from "@rainhooks/stage/operate/stage/archive";
import { type StageAccess, tableOf } from "@rainhooks/stage/stage-access";
import { alarmLoad } from "../alarms/load.ts";
import { BackTest } from "../back-test/back-test.ts";
import type { Rule } from "../rule/rule.ts";
import { scanNodeRecords } from "../stores/node-record.ts";

/** A rule to try on the archive. */
interface RuleTest {
  readonly rule: Rule;
  /** Times of publishing, epoch milliseconds; the end is exclusive. */
  readonly fromMs: number;
  readonly toMs: number;
  /** When reading stops before its end. */
  readonly maxTimeMs?: number | undefined;
  readonly maxDeliveries?: number | undefined;
}

/** What a rule would have found, and what was read of the archive. */
export type TestedRule = Awaited<ReturnType<typeof testRule>>;

/**
 * Tries a rule on the archived events that passed the filter rules in force when they were
 * published. If these rules are not known any more, an event is taken to have passed. It sends and
 * stores nothing.
 *
 * @throws {RainhooksError} `input-invalid` for an end before the start.
 */
export async function testRule(stage: StageAccess, of: RuleTest, options: OperationOptions = {}) {
  const { rule, fromMs, toMs } = of;
  if (fromMs >= toMs) throw inputError({ field: "toMs", problem: "must be after the start." });
  const version = { rule, version: 1, fromMs: 0, untilMs: undefined };
  const test = new BackTest({ versions: [version], fromMs, toMs });
  const read = await readEvents(stage, of, test, options);
  // The share of a group is known only with all nodes.
  const table = { client: stage.clients.dynamodb, tableName: tableOf(stage, nodeStatusTable.name) };
  if (rule.kind === "outage")
    for await (const record of scanNodeRecords(table, { index: 0, count: 1 }, true))
      test.addStored(record);
  const endMs = read.reachedMs ?? toMs;
  const alarms = test.alarms(endMs);
  return { fromMs, toMs, ...read, load: alarmLoad(alarms, Math.max(endMs - fromMs, 1)), alarms };
}

/** Reads events into a back-test, up to a limit: then it says up to which time they were read. */
async function readEvents(
  stage: StageAccess,
  of: RuleTest,
  test: BackTest,
  { signal, onProgress }: OperationOptions,
) {
  const {
    toMs,
    maxTimeMs = Number.POSITIVE_INFINITY,
    maxDeliveries = Number.POSITIVE_INFINITY,
  } = of;
  const endMs = Date.now() + maxTimeMs;
  // With the day before, the state at the start of the range is known of most nodes.
  const fromMs = Math.max(0, of.fromMs - DAY_MS);
  const hours = await hoursOf(stage, { fromMs, toMs }, Date.now());
  const table = { client: stage.clients.dynamodb, tableName: tableOf(stage, "filter-rules") };
  const filter = { ...(await readFilterRules(table)), integration: stage.outputs.integration };
  // With those that are not decoded; the others are among those with which alarms could be found.
  const counts = { deliveries: 0, unreadable: 0, filtered: 0 };
  for await (const part of readHours(stageArchive(stage), hours, { wants: test.mentions })) {
    signal?.throwIfAborted();
    const times = part.deliveries.map(({ delivery }) => delivery.sentAtMs);
    // Objects come in the order in which they were written: what is not read is as old as this, or
    // newer.
    if (Date.now() >= endMs || counts.deliveries >= maxDeliveries)
      return { ...counts, reachedMs: Math.min(...times, toMs) };
    const decoded = part.deliveries
      .filter(({ delivery }) => delivery.sentAtMs >= fromMs && delivery.sentAtMs < toMs)
      .map(({ delivery }) => decode(delivery));
    const events = decoded.flatMap((one) => (one.kind === "event" ? [one.event] : []));
    const results = await filterResults(events, filter);
    const passed = events.filter((event) => results.get(event) !== "filtered");
    for (const event of passed) test.add(event);
    counts.deliveries += decoded.length + (part.skipped ?? 0);
    counts.filtered += events.length - passed.length;
    counts.unreadable +=
      part.unreadable.length + decoded.filter(({ kind }) => kind === "undecodable").length;
    onProgress?.({ step: "read-archive", deliveries: counts.deliveries });
  }
  return { ...counts, reachedMs: undefined };
}
