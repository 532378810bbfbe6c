import type { HourlyAlarm } from "../outputs.ts";
import { hourlyMetrics } from "./checks/hourly.ts";
import { deadLettersFlood, deadLettersLeft, oldestMessage } from "./checks/queues.ts";
import { nothingIn, topicSilent } from "./checks/silence.ts";
import { subscriptionGone } from "./checks/subscriptions.ts";
import type { RoundCheck } from "./round-check.ts";

/**
 * Returns the names within a stage of the alarms that its rounds can turn on, and those of their
 * checks.
 *
 * @param functions Names of the functions that have a queue.
 */
export function roundNames(
  checks: readonly RoundCheck[],
  functions: readonly string[],
  hourly: readonly Pick<HourlyAlarm, "name">[],
): string[] {
  const names = checks.flatMap(({ name, alarmOf }) => [name, ...functions.map(alarmOf)]);
  return [...new Set([...names, ...hourly.map(({ name }) => name)])];
}

/** What the rounds of each stage look at. Extensions have more. */
export const ROUND_CHECKS: readonly RoundCheck[] = [
  nothingIn,
  topicSilent,
  deadLettersFlood,
  deadLettersLeft,
  oldestMessage,
  subscriptionGone,
  hourlyMetrics,
];
