import { inputError } from "@rainhooks/core/errors";
import type { OperationOptions } from "@rainhooks/stage/operate/progress";
import type { StageAccess } from "@rainhooks/stage/reached";
import { type AlarmLoad, alarmLoad } from "../alarms/load.ts";
import { BackTest } from "../back-test/back-test.ts";
import { type AlarmDifference, alarmDifferences, subjectKey } from "../back-test/differences.ts";
import type { Episode } from "../episode.ts";
import type { Rule, RuleVersion } from "../rule/rule.ts";
import { addStored, type ReadEvents, type ReadLimits, readEvents } from "./read-events.ts";

/** A rule to try on the archive. */
export interface RuleTest {
  readonly rule: Rule;
  /** Times of publishing, epoch milliseconds; the end is exclusive. */
  readonly fromMs: number;
  readonly toMs: number;
  /** A version of a stored rule whose alarms are compared. */
  readonly against?: RuleVersion | undefined;
  readonly limits?: ReadLimits;
}

/** What a rule would have found. */
export interface TestedRule extends ReadEvents {
  readonly fromMs: number;
  readonly toMs: number;
  readonly load: AlarmLoad;
  readonly alarms: readonly Episode[];
  /** How the alarms of the other version differ; absent without one. */
  readonly differences?: readonly AlarmDifference<Episode>[] | undefined;
}

/**
 * Tries a rule on the archive. It sends and stores nothing.
 *
 * @throws {RainhooksError} `input-invalid` for an end before the start.
 */
export async function testRule(
  reached: StageAccess,
  { rule, fromMs, toMs, against, limits = {} }: RuleTest,
  options: OperationOptions = {},
): Promise<TestedRule> {
  if (fromMs >= toMs) throw inputError({ field: "toMs", problem: "must be after the start." });
  const testOf = (version: RuleVersion) => ({
    version,
    test: new BackTest({ versions: [version], fromMs, toMs }),
  });
  const first = testOf({ rule, version: 1, fromMs: 0, untilMs: undefined });
  const second = against && testOf({ ...against, fromMs: 0, untilMs: undefined });
  const both = second === undefined ? [first] : [first, second];
  const tests = both.map(({ test }) => test);
  const read = await readEvents(reached, { fromMs, toMs }, tests, { ...limits, ...options });
  for (const { test, version } of both) await addStored(reached, test, [version]);
  const alarms = first.test.alarms();
  return {
    fromMs,
    toMs,
    ...read,
    load: alarmLoad(alarms, fromMs, Math.max(read.reachedMs ?? toMs, fromMs + 1)),
    alarms,
    differences: second && alarmDifferences(alarms, second.test.alarms(), subjectKey),
  };
}
