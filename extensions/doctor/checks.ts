import type { Check } from "./check.ts";
import { alarmRings } from "./checks/alarm-rings.ts";
import { alarmTopics } from "./checks/alarm-topics.ts";
import { clock } from "./checks/clock.ts";
import { destination } from "./checks/destination.ts";
import { event } from "./checks/event.ts";
import { filterRules } from "./checks/filter-rules.ts";
import { mappings } from "./checks/mappings.ts";
import { queuePolicies } from "./checks/queue-policies.ts";
import { subscriptions } from "./checks/subscriptions.ts";
import { tables } from "./checks/tables.ts";
import { version } from "./checks/version.ts";

/** All checks, in the order in which an event goes through a stage. */
export const CHECKS: readonly Check[] = [
  ...[version, clock, subscriptions, queuePolicies, mappings, tables, filterRules],
  ...[event, destination, alarmTopics, alarmRings],
];
