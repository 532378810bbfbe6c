import { SESSION_ENDED_RULE } from "@rainhooks/rainmaker/iot-rules";
import type { Construct } from "constructs";
import type { StageConfig } from "./config/config.ts";
import { ruleAlarm, StageIotRule } from "./iot-rule.ts";
import type { Topics } from "./topics.ts";
import type { CloudwatchAlarm } from "./watching/alarm.ts";

const FAILURES = "DisconnectReasonsFailed";

/** Makes the rule that publishes why nodes disconnect on a topic of the stage; returns its alarm. */
export function makeDisconnectReasons(
  scope: Construct,
  config: StageConfig,
  topics: Topics,
  account: string,
): CloudwatchAlarm {
  const target = topics.ownArn("rainhooks.event.node_session_ended");
  new StageIotRule(scope, config, SESSION_ENDED_RULE, { account, target, failures: FAILURES });
  return ruleAlarm(config, FAILURES, {
    name: `${SESSION_ENDED_RULE.name}-failed`,
    description:
      "AWS IoT could not publish why nodes disconnected. These nodes have no reason in node status. Check the rule's role, the topic and its key.",
  });
}
