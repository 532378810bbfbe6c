import { DAY_MS, MINUTE_MS } from "@rainhooks/core/durations";
import { messageOf } from "@rainhooks/core/errors";
import type { FirstRunContext, FirstRunStep } from "@rainhooks/stage/first-run";
import type { StageAccess } from "@rainhooks/stage/stage-access";
import { alarmTableOf, ruleTableOf } from "../operations/tables.ts";
import { readRule } from "../rule/read-rule.ts";
import { changeWatchRule } from "../rules/rule-store.ts";
import { holdAlarms } from "../sweep/progress.ts";

/** Longer than a first fleet has lived. */
const EARLIER_DAYS = 30;
/** How often alarms are told to wait: they would go on three minutes after the last time. */
const HOLD_EVERY_MS = MINUTE_MS;

/** Rules that find something in the first fleet, as one writes them. */
const RULES = [
  {
    name: "offline-30m",
    kind: "offline",
    for: "30m",
    severity: "medium",
    description: "A node is gone.",
  },
  {
    name: "too-hot",
    kind: "threshold",
    series: "Temperature Sensor.Temperature",
    above: 24.5,
    hysteresis: 0.5,
    severity: "high",
    description: "A room is too warm.",
  },
  {
    name: "site-down",
    kind: "outage",
    by: "tag",
    share: 0.7,
    count: 5,
    severity: "critical",
    for: "5m",
    description: "Most nodes of a site are offline at once.",
  },
];

/**
 * Adds rules whose history the fleet is. Alarms wait until its past is there: what comes all at
 * once would raise what had ended.
 */
export async function beginStep({ reach, onProblem }: FirstRunContext): Promise<FirstRunStep> {
  const hold = async (waits: boolean) =>
    holdAlarms(alarmTableOf(await reach()), "node-status", waits, Date.now());
  await hold(true);
  await addRules(await reach());
  const holdAgain = () =>
    hold(true).catch((error: unknown) =>
      onProblem(`Alarms do not wait for the fleet: ${messageOf(error)}`),
    );
  const holding = setInterval(() => void holdAgain(), HOLD_EVERY_MS);
  return {
    has: "three rules for alarms",
    goOn: async () => {
      clearInterval(holding);
      await hold(false);
    },
    stop: async () => clearInterval(holding),
  };
}

async function addRules(access: StageAccess): Promise<void> {
  const fromMs = Date.now() - EARLIER_DAYS * DAY_MS;
  for (const rule of RULES) {
    const read = readRule(JSON.stringify(rule));
    await changeWatchRule(
      ruleTableOf(access),
      read.name,
      { status: "in-force", rule: read },
      fromMs,
    );
  }
}
