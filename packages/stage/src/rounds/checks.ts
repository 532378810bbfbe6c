import { hourlyMetrics } from "./checks/hourly.ts";
import { deadLettersFlood, deadLettersLeft, oldestMessage } from "./checks/queues.ts";
import { nothingIn, topicSilent } from "./checks/silence.ts";
import { subscriptionGone } from "./checks/subscriptions.ts";
import type { RoundCheck } from "./round-check.ts";

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
