import { SESSION_ENDED_RULE } from "@rainhooks/rainmaker/iot-rules";
import { Construct, DataAwsDynamodbTable, PipesPipe, type SqsQueue } from "@rainhooks/stack/aws";
import type { StackConfig } from "@rainhooks/stack/config/config";
import { nameOf } from "@rainhooks/stack/config/config";
import { grant, makeRole } from "@rainhooks/stack/function/role";
import { ruleAlarm, StageIotRule, senderKeyGrants } from "@rainhooks/stack/iot-rule";
import { assumedBy } from "@rainhooks/stack/policy";
import type { Topics } from "@rainhooks/stack/topics";
import { type CloudwatchAlarm, countAbove } from "@rainhooks/stack/watching/alarm";
import { NEO_RULES, READINGS_TABLE, READINGS_TEMPLATE } from "../iot-rules.ts";

const FAILURES = "NeoFailed";

/** What a source needs of a stage. */
interface SourceDependencies {
  readonly account: string;
  readonly topics: Topics;
  /** The queue of the function that reads shadows and readings. */
  readonly queue: SqsQueue;
}

/**
 * Makes what brings the events of RainMaker Neo to a stage: rules of AWS IoT, and a pipe from the
 * stream of Neo's table of readings; returns the alarms of both.
 */
export function makeNeoSource(
  stack: Construct,
  config: StackConfig,
  { account, topics, queue }: SourceDependencies,
): CloudwatchAlarm[] {
  const scope = new Construct(stack, "neo");
  for (const rule of NEO_RULES) {
    const target = rule.to === "queue" ? queue : topics.stageTopicArn(rule.to);
    new StageIotRule(scope, config, rule, { account, target, failures: FAILURES });
  }
  const pipe = makeReadingsPipe(new Construct(scope, NAME), config, account, queue);
  const rules = ruleAlarm(config, FAILURES, {
    name: "neo-failed",
    description:
      "AWS IoT could not publish what nodes of RainMaker Neo said. These events are lost. Check the roles of the rules, the topics, the queue and their key.",
  });
  return [rules, pipe];
}

const NAME = "neo-readings";
/** What one call to a queue takes. Source: Amazon SQS API reference, "SendMessageBatch". */
const BATCH_SIZE = 10;
/**
 * Time after which a record that the queue does not take is left out: until then it holds up those
 * behind it, and what is behind it expires after a day.
 */
const MAX_AGE_S = 6 * 3600;
/**
 * Batches of a shard at once, at most. Source: EventBridge Pipes API reference,
 * "PipeSourceDynamoDBStreamParameters".
 */
const PARALLEL = 10;

/**
 * Makes a pipe from the stream of Neo's table of readings to a queue; returns its alarm. It begins
 * with what the stream still has: the last day. The table is looked up, never made. Source: Amazon
 * EventBridge user guide, "Amazon DynamoDB stream as a source".
 */
function makeReadingsPipe(
  scope: Construct,
  config: StackConfig,
  account: string,
  queue: SqsQueue,
): CloudwatchAlarm {
  const name = nameOf(config, NAME);
  const { streamArn } = new DataAwsDynamodbTable(scope, "table", { name: READINGS_TABLE });
  const role = makeRole(scope, config, {
    name,
    assumedBy: assumedBy("pipes.amazonaws.com", account),
  });
  const granted = grant(scope, role, [
    {
      actions: [
        "dynamodb:DescribeStream",
        "dynamodb:GetRecords",
        "dynamodb:GetShardIterator",
        "dynamodb:ListStreams",
      ],
      resources: [streamArn],
    },
    { actions: ["sqs:SendMessage"], resources: [queue.arn] },
    ...senderKeyGrants(config),
  ]);
  new PipesPipe(scope, "pipe", {
    name,
    roleArn: role.arn,
    source: streamArn,
    target: queue.arn,
    description: "Readings of nodes, from the table of RainMaker Neo.",
    sourceParameters: {
      dynamodbStreamParameters: {
        startingPosition: "TRIM_HORIZON",
        batchSize: BATCH_SIZE,
        parallelizationFactor: PARALLEL,
        onPartialBatchItemFailure: "AUTOMATIC_BISECT",
        maximumRecordAgeInSeconds: MAX_AGE_S,
      },
      filterCriteria: {
        filter: [{ pattern: JSON.stringify({ eventName: ["INSERT", "MODIFY"] }) }],
      },
    },
    targetParameters: { inputTemplate: READINGS_TEMPLATE },
    dependsOn: [granted],
  });
  return {
    name: `${NAME}-failed`,
    description:
      "The pipe from the table of RainMaker Neo could not send readings to the queue. It tries each for six hours. Check the pipe's role, the queue and its key, and whether the table's stream is on.",
    metric: {
      namespace: "AWS/EventBridge/Pipes",
      name: "ExecutionFailed",
      dimensions: { PipeName: name },
    },
    ...countAbove(0, 3),
    cause: "lost",
  };
}

const REASON_FAILURES = "DisconnectReasonsFailed";

/**
 * Makes the rule that publishes why nodes disconnect on a topic of the stage; returns its alarm.
 */
export function makeDisconnectReasons(
  scope: Construct,
  config: StackConfig,
  topics: Topics,
  account: string,
): CloudwatchAlarm {
  const target = topics.stageTopicArn("rainhooks.event.node_session_ended");
  new StageIotRule(scope, config, SESSION_ENDED_RULE, {
    account,
    target,
    failures: REASON_FAILURES,
  });
  return ruleAlarm(config, REASON_FAILURES, {
    name: `${SESSION_ENDED_RULE.name}-failed`,
    description:
      "AWS IoT could not publish why nodes disconnected. These nodes have no reason in node status. Check the rule's role, the topic and its key.",
  });
}
