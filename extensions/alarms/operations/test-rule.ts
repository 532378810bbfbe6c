import { inputError } from "@rainhooks/core/errors";
import type { OperationOptions } from "@rainhooks/stage/operate/progress";
import type { StageAccess } from "@rainhooks/stage/reached";
import { type AlarmLoad, alarmLoad } from "../alarms/load.ts";
import { BackTest } from "../back-test/back-test.ts";
import type { Episode } from "../episode.ts";
import type { Rule } from "../rule/rule.ts";
import { addStored, type ReadEvents, type ReadLimits, readEvents } from "./read-events.ts";

/** A rule to try on the archive. */
export interface RuleTest {
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
