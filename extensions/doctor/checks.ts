import type { Check } from "./check.ts";
import { alarmRings, alarmTopics } from "./checks/alarms.ts";
import { event } from "./checks/event.ts";
import { findings } from "./checks/findings.ts";
import { filterRules, queuePolicies, subscriptions, topicPolicies } from "./checks/messages.ts";
import { plan } from "./checks/plan.ts";
import { clock, mappings, tables } from "./checks/stage.ts";

/** All checks, in the order in which an event goes through a stage. */
export const CHECKS: readonly Check[] = [
  clock,
  plan,
  topicPolicies,
  subscriptions,
  queuePolicies,
  mappings,
  tables,
  filterRules,
  event,
  findings,
  alarmTopics,
  alarmRings,
];
