import type { Check } from "./check.ts";
import { alarmRings, alarmTopics } from "./checks/alarms.ts";
import { event } from "./checks/event.ts";
import { filterRules, queuePolicies, subscriptions } from "./checks/messages.ts";
import { clock, mappings, tables, version } from "./checks/stage.ts";

/** All checks, in the order in which an event goes through a stage. */
export const CHECKS: readonly Check[] = [
  ...[version, clock, subscriptions, queuePolicies, mappings, tables, filterRules],
  ...[event, alarmTopics, alarmRings],
];
