import { drops } from "./operations/drops.ts";
import { ALARM_OPERATIONS } from "./operations/operate-alarms.ts";
import { RULE_OPERATIONS } from "./operations/operate-rules.ts";
import { ruleTest } from "./operations/rule-test.ts";

/** What can be done about alarms and their rules. */
export const OPERATIONS = [...ALARM_OPERATIONS, ...RULE_OPERATIONS, ruleTest, drops];
