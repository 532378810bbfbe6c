import { drops } from "./operations/drops.ts";
import { JUDGING_OPERATIONS } from "./operations/judge-rules.ts";
import { ALARM_OPERATIONS } from "./operations/operate-alarms.ts";
import { RULE_OPERATIONS } from "./operations/operate-rules.ts";

/** What can be done about alarms and their rules. */
export const OPERATIONS = [...ALARM_OPERATIONS, ...RULE_OPERATIONS, ...JUDGING_OPERATIONS, drops];
