import { SESSION_ENDED_RULE } from "@rainhooks/rainmaker/iot-rules";
import type { Construct } from "@rainhooks/stack/aws";
import type { StackConfig } from "@rainhooks/stack/config/config";
import { ruleAlarm, StageIotRule } from "@rainhooks/stack/iot-rule";
import type { Topics } from "@rainhooks/stack/topics";
import type { CloudwatchAlarm } from "@rainhooks/stack/watching/alarm";

const FAILURES = "DisconnectReasonsFailed";

/** Makes the rule that publishes why nodes disconnect on a topic of the stage; returns its alarm. */
export function makeDisconnectReasons(
  scope: Construct,
  config: StackConfig,
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
