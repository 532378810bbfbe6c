import { readHours } from "@rainhooks/archive/read/read-hours";
import { decode } from "@rainhooks/core/decode/decode";
import { DAY_MS } from "@rainhooks/core/durations";
import { inputError } from "@rainhooks/core/errors";
import { nodeStatusTable } from "@rainhooks/node-status/node-status-tables";
import type { OperationOptions } from "@rainhooks/stage/operate/progress";
import { hoursOf, stageArchive } from "@rainhooks/stage/operate/stage/archive";
import { type StageAccess, tableOf } from "@rainhooks/stage/reached";
import { filterResults, readFilterRules } from "../../repair/verify/filter-rules.ts";
import { type AlarmLoad, alarmLoad } from "../alarms/load.ts";
import { BackTest } from "../back-test/back-test.ts";
import type { Episode } from "../episode.ts";
import type { Rule } from "../rule/rule.ts";
import { scanNodeRecords } from "../stores/node-record.ts";

/** A rule to try on the archive. */
interface RuleTest {
  readonly rule: Rule;
  /** Times of publishing, epoch milliseconds; the end is exclusive. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly limits?: ReadLimits;
}

/** What a rule would have found. */
export interface TestedRule extends ReadEvents {
  readonly fromMs: number;
  readonly toMs: number;
  readonly load: AlarmLoad;
  readonly alarms: readonly Episode[];
}

/**
 * Tries a rule on the archive. It sends and stores nothing.
 *
 * @throws {RainhooksError} `input-invalid` for an end before the start.
 */
export async function testRule(
  reached: StageAccess,
  { rule, fromMs, toMs, limits = {} }: RuleTest,
  options: OperationOptions = {},
): Promise<TestedRule> {
  if (fromMs >= toMs) throw inputError({ field: "toMs", problem: "must be after the start." });
  const version = { rule, version: 1, fromMs: 0, untilMs: undefined };
  const test = new BackTest({ versions: [version], fromMs, toMs });
  const read = await readEvents(reached, { fromMs, toMs }, test, { ...limits, ...options });
  if (rule.kind === "outage") await addStored(reached, test);
  const alarms = test.alarms();
  const readMs = Math.max(read.reachedMs ?? toMs, fromMs + 1) - fromMs;
  return { fromMs, toMs, ...read, load: alarmLoad(alarms, readMs), alarms };
}

/** What was read of the archive. */
interface ReadEvents {
  /** Those with which no alarm can be found are counted, and not decoded. */
  readonly deliveries: number;
  /**
   * Lines that cannot be read, and deliveries that cannot be decoded, among those with which alarms could be
   * found.
   */
  readonly unreadable: number;
  /**
   * Events that the filter rules of their time did not let pass, among those with which alarms could be
   * found.
   */
  readonly filtered: number;
  /** Up to which time events were read, epoch milliseconds; absent if they were all read. */
  readonly reachedMs?: number;
}

/** When reading stops before its end. */
interface ReadLimits {
  readonly maxTimeMs?: number | undefined;
  readonly maxDeliveries?: number | undefined;
}

/**
 * Reads the archived events of a range of times of publishing into a back-test: those that passed the filter
 * rules in force when they were published. If these rules are not known any more, an event is taken to have
 * passed. A limit ends the range of the test where reading has stopped.
 */
async function readEvents(
  reached: StageAccess,
  range: { readonly fromMs: number; readonly toMs: number },
  test: BackTest,
  {
    maxTimeMs = Number.POSITIVE_INFINITY,
    maxDeliveries = Number.POSITIVE_INFINITY,
    signal,
    onProgress,
  }: ReadLimits & OperationOptions = {},
): Promise<ReadEvents> {
  const endMs = Date.now() + maxTimeMs;
  const { toMs } = range;
  // With the day before, the state at the start of the range is known of most nodes.
  const fromMs = Math.max(0, range.fromMs - DAY_MS);
  const hours = await hoursOf(reached, { fromMs, toMs }, Date.now());
  const table = { client: reached.clients.dynamodb, tableName: tableOf(reached, "filter-rules") };
  const filter = { ...(await readFilterRules(table)), integration: reached.outputs.integration };
  const counts = { deliveries: 0, unreadable: 0, filtered: 0 };
  let reachedMs: number | undefined;
  for await (const part of readHours(stageArchive(reached), hours, { wants: test.mentions })) {
    signal?.throwIfAborted();
    if (Date.now() >= endMs || counts.deliveries >= maxDeliveries) {
      // Objects come in the order in which they were written: what is not read is as old as this, or newer.
      reachedMs = Math.min(...part.deliveries.map(({ delivery }) => delivery.sentAtMs), toMs);
      break;
    }
    const decoded = part.deliveries
      .filter(({ delivery }) => delivery.sentAtMs >= fromMs && delivery.sentAtMs < toMs)
      .map(({ delivery }) => decode(delivery));
    const events = decoded.flatMap((one) => (one.kind === "event" ? [one.event] : []));
    const results = await filterResults(events, filter);
    const passed = events.filter((event) => results.get(event) !== "filtered");
    for (const event of passed) test.add(event);
    counts.deliveries += decoded.length + (part.skipped ?? 0);
    counts.filtered += events.length - passed.length;
    counts.unreadable += part.unreadable.length + decoded.filter(({ kind }) => kind === "undecodable").length;
    onProgress?.({ step: "read-archive", deliveries: counts.deliveries });
  }
  if (reachedMs === undefined) return counts;
  test.endAt(reachedMs);
  return { ...counts, reachedMs };
}

/**
 * Adds the nodes of the stage to a back-test of a rule about groups, whose share is known only with all
 * nodes.
 */
async function addStored(reached: StageAccess, test: BackTest): Promise<void> {
  const table = { client: reached.clients.dynamodb, tableName: tableOf(reached, nodeStatusTable.name) };
  for await (const record of scanNodeRecords(table, { index: 0, count: 1 }, true)) test.addStored(record);
}
